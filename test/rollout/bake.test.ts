import { describe, expect, test } from '@jest/globals';
import type { Analysis } from '../../lib/analysis/judgement.ts';
import { decideBake, stepWindow } from '../../lib/rollout/bake.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import { modelSpec } from '../model/model-world.ts';
import { after, at, inPhase, samples } from './sample-events.ts';

const start = Date.parse(at);
const spec = modelSpec({
  period: '10s',
  steps: [
    { weight: 10, bake: '60s' },
    { weight: 100, bake: '60s' },
  ],
  timeouts: { hold: '30s' },
});
const { PreChecksPassed, GreenReady, HeaderRouteOpened } = samples;

function baking(step: number): RolloutState {
  const state = { ...after(PreChecksPassed, GreenReady, HeaderRouteOpened), spec };
  return evolve(state, { type: 'TrafficShifted', step, weight: step === 0 ? 10 : 100 }, at);
}

const analysis = (verdict: Analysis['verdict']): Analysis => ({
  verdict,
  reason: `the gates say ${verdict}`,
  gates: [],
  ...(verdict === 'pass' ? {} : { gate: 'error-rate' }),
});
const secondsIn = (seconds: number) => new Date(start + seconds * 1000);

describe('decideBake', () => {
  test.each([
    // verdict, seconds into the step, step, outcome, wait, events
    ['pass', 1, 0, 'keepBaking', 10, []],
    ['pass', 55, 0, 'keepBaking', 5, []],
    ['pass', 59.9, 0, 'keepBaking', 1, []],
    ['pass', 60, 0, 'stepPassed', 10, ['StepPassed']],
    ['pass', 600, 0, 'stepPassed', 10, ['StepPassed']],
    ['pass', 60, 1, 'rolloutPassed', 10, ['StepPassed']],
    ['hold', 1, 0, 'keepBaking', 10, []],
    ['hold', 59.9, 0, 'keepBaking', 1, []],
    ['hold', 60, 0, 'keepBaking', 10, ['BakeHeld']],
    ['hold', 89.9, 0, 'keepBaking', 10, ['BakeHeld']],
    ['hold', 90, 0, 'rollBack', 1, ['RollbackRequested']],
    ['hold', 9000, 1, 'rollBack', 1, ['RollbackRequested']],
    ['fail', 0, 0, 'rollBack', 1, ['RollbackRequested']],
    ['fail', 30, 1, 'rollBack', 1, ['RollbackRequested']],
    ['fail', 60, 1, 'rollBack', 1, ['RollbackRequested']],
  ] as const)('%s, %s s into step %s: %s', (verdict, seconds, step, outcome, waitSeconds, events) => {
    const decision = decideBake(baking(step), analysis(verdict), secondsIn(seconds));

    expect({ ...decision, events: decision.events.map(({ type }) => type) }).toEqual({ outcome, waitSeconds, events });
  });

  test('a hold is told once, with its reason and its cap', () => {
    const first = decideBake(baking(0), analysis('hold'), secondsIn(60));
    const held = evolve(baking(0), samples.BakeHeld, secondsIn(60).toISOString());

    expect(first.events).toEqual([
      { type: 'BakeHeld', step: 0, reason: 'the gates say hold', until: secondsIn(90).toISOString() },
    ]);
    expect(decideBake(held, analysis('hold'), secondsIn(70))).toEqual({
      outcome: 'keepBaking',
      waitSeconds: 10,
      events: [],
    });
  });

  test('a hold that gets its evidence goes on', () => {
    const held = evolve(baking(0), samples.BakeHeld, secondsIn(60).toISOString());

    expect(decideBake(held, analysis('pass'), secondsIn(70)).outcome).toBe('stepPassed');
  });

  test('what could not be shown to be good within the cap goes back, and says how long it was held', () => {
    const { events } = decideBake(baking(0), analysis('hold'), secondsIn(90));

    expect(events).toEqual([
      {
        type: 'RollbackRequested',
        reason: 'Step 1 was held for 30 s without enough evidence: the gates say hold',
        gate: 'error-rate',
        by: 'the rollout',
      },
    ]);
  });

  test('a failing gate is named', () => {
    expect(decideBake(baking(0), analysis('fail'), secondsIn(1)).events).toEqual([
      { type: 'RollbackRequested', reason: 'the gates say fail', gate: 'error-rate', by: 'the rollout' },
    ]);
  });

  test('every event that it decides on is legal while the rollout bakes', () => {
    for (const verdict of ['pass', 'hold', 'fail'] as const) {
      for (const seconds of [0, 59, 60, 90]) {
        const { events } = decideBake(baking(0), analysis(verdict), secondsIn(seconds));

        expect(() => events.reduce((state, event) => evolve(state, event, at), baking(0))).not.toThrow();
      }
    }
  });
});

describe('stepWindow', () => {
  test('tells start, planned end and weight of the step under way', () => {
    expect(stepWindow(baking(0))).toEqual({ startedAt: start / 1000, endsAt: start / 1000 + 60, weight: 10 });
  });

  test('there is none before the first shift', () => {
    expect(() => stepWindow(inPhase.shifting)).toThrow(/web-20260301-110000-abcdef is in no step/);
  });
});
