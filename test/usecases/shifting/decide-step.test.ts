import { describe, expect, test } from '@jest/globals';
import type { Analysis } from '../../../lib/analysis/judgement.ts';
import { evolve, type RolloutState } from '../../../lib/rollout/state.ts';
import {
  decideBetweenSteps,
  decideStep,
  settledBefore,
  type StepFacts,
} from '../../../lib/usecases/shifting/decide-step.ts';
import { modelSpec } from '../../model/model-world.ts';
import { after, at, samples } from '../../rollout/sample-events.ts';

const spec = modelSpec({
  period: '10s',
  steps: [
    { weight: 10, bake: '60s' },
    { weight: 100, bake: '60s' },
  ],
  timeouts: { hold: '30s', interference: '60s' },
});
const { PreChecksPassed, GreenReady, HeaderRouteOpened } = samples;
const shifting: RolloutState = { ...after(PreChecksPassed, GreenReady, HeaderRouteOpened), spec };
const baking = evolve(shifting, { type: 'TrafficShifted', step: 0, weight: 10 }, at);
const between = evolve(baking, { type: 'StepPassed', step: 0, weight: 10 }, at);

const secondsIn = (seconds: number) => new Date(Date.parse(at) + seconds * 1000);
const gates = (verdict: Analysis['verdict']): Analysis => ({
  verdict,
  reason: `the gates say ${verdict}`,
  gates: [],
  ...(verdict === 'pass' ? {} : { gate: 'error-rate' }),
});
const quiet: StepFacts = {
  drift: { outcome: 'free', events: [], seen: '' },
  alarms: { outcome: 'quiet' },
  exits: { outcome: 'quiet' },
};
const crashes: StepFacts = { ...quiet, exits: { outcome: 'fail', reason: 'tasks end' } };
const mayCrash: StepFacts = { ...quiet, exits: { outcome: 'hold', reason: 'some tasks end' } };
const refreshed = { type: 'RestorePlanRefreshed', items: [] } as const;
const foreign = { type: 'ForeignChange', changes: [], who: 'nobody knows yet', until: at } as const;
const heldByDrift: StepFacts = { ...quiet, drift: { outcome: 'held', events: [refreshed, foreign], seen: 'rule' } };
const harmful: StepFacts = { ...quiet, drift: { outcome: 'rollBack', events: [refreshed], reason: 'a rule is gone' } };
const unread: StepFacts = { ...quiet, drift: { outcome: 'unknown', events: [], reason: 'rules cannot be read' } };
const rings: StepFacts = { ...quiet, alarms: { outcome: 'ringing', reason: 'alarm 5xx is in ALARM' } };
const blind: StepFacts = { ...quiet, alarms: { outcome: 'unknown', reason: 'the alarms could not be read' } };

const typesOf = ({ events }: { readonly events: readonly { readonly type: string }[] }) =>
  events.map(({ type }) => type);

describe('a step that bakes', () => {
  test.each([
    ['passes at its end where nothing speaks against it', 'pass', quiet, 'stepPassed', ['StepPassed']],
    ['goes back where green is dead', 'pass', { ...quiet, dead: 'no target' }, 'rollBack', ['RollbackRequested']],
    ['goes back where an alarm rings', 'pass', rings, 'rollBack', ['RollbackRequested']],
    ["goes back where green's tasks end by themselves", 'pass', crashes, 'rollBack', ['RollbackRequested']],
    ['does not pass while some tasks of green end by themselves', 'pass', mayCrash, 'keepBaking', ['BakeHeld']],
    ['does not pass while nobody knows what the alarms say', 'pass', blind, 'keepBaking', ['BakeHeld']],
    ['does not pass with drift', 'pass', heldByDrift, 'keepBaking', ['RestorePlanRefreshed', 'ForeignChange']],
    [
      'goes back where drift does harm, and keeps what others added to the rules',
      'pass',
      harmful,
      'rollBack',
      ['RestorePlanRefreshed', 'RollbackRequested'],
    ],
    [
      'goes back by its gates although drift would only hold it, and keeps what others added to the rules',
      'fail',
      heldByDrift,
      'rollBack',
      ['RestorePlanRefreshed', 'RollbackRequested'],
    ],
    ['does not pass while rules and slots cannot be read', 'pass', unread, 'keepBaking', ['RolloutDelayed']],
  ] as const)('%s', (_, verdict, facts, outcome, events) => {
    const { decision } = decideStep(baking, { ...facts, ofGates: gates(verdict) }, secondsIn(60));

    expect(decision.outcome).toBe(outcome);
    expect(typesOf(decision)).toEqual(events);
  });

  test('the reason of a rollback is the most urgent one', () => {
    const reasonOf = (facts: StepFacts, verdict: Analysis['verdict']) =>
      decideStep(baking, { ...facts, ofGates: gates(verdict) }, secondsIn(60)).decision.events.at(-1);

    expect(reasonOf(harmful, 'fail')).toMatchObject({ reason: 'the gates say fail', gate: 'error-rate' });
    expect(reasonOf(harmful, 'pass')).toMatchObject({ reason: 'a rule is gone' });
    expect(reasonOf({ ...rings, dead: 'no target' }, 'pass')).toMatchObject({ gate: 'healthy-hosts' });
    expect(reasonOf(rings, 'pass')).toMatchObject({ gate: 'alarms', reason: 'alarm 5xx is in ALARM' });
  });

  test('goes back where rules and slots cannot be read for as long as others are waited for', () => {
    const delayed = evolve(
      baking,
      { type: 'RolloutDelayed', reason: 'rules cannot be read', until: secondsIn(60).toISOString() },
      at,
    );
    const decisionAt = (seconds: number) =>
      decideStep(delayed, { ...unread, ofGates: gates('pass') }, secondsIn(seconds)).decision;

    expect(decisionAt(59)).toEqual({ outcome: 'keepBaking', waitSeconds: 1, events: [] });
    expect(decisionAt(60)).toMatchObject({ outcome: 'rollBack', waitSeconds: 1 });
    expect(decideStep(delayed, { ...quiet, ofGates: gates('pass') }, secondsIn(30)).decision.events).toEqual([
      { type: 'DelayEnded', seconds: 30 },
    ]);
  });
});

describe('between two steps', () => {
  const promoted: RolloutState = { ...between, promotion: { step: 0, full: false, by: 'mei' } };
  const paused: RolloutState = { ...between, paused: { by: 'mei', at } };
  const waiting: RolloutState = { ...between, unreadySince: at };

  test.each([
    ['goes on where the gates pass', between, { ...quiet, ofGates: gates('pass') }, 'free', []],
    ['goes on before green has traffic', between, quiet, 'free', []],
    [
      'goes on, and keeps what drift there was',
      between,
      heldByDrift,
      'free',
      ['RestorePlanRefreshed', 'ForeignChange'],
    ],
    ['waits where the gates hold', between, { ...quiet, ofGates: gates('hold') }, 'held', ['ShiftHeld']],
    [
      'waits where nobody knows what the alarms say',
      between,
      { ...blind, ofGates: gates('pass') },
      'held',
      ['ShiftHeld'],
    ],
    ['is announced once', waiting, { ...quiet, ofGates: gates('hold') }, 'held', []],
    ['waits without a cap while a person pauses it', paused, { ...quiet, ofGates: gates('hold') }, 'held', []],
    ['goes on where a person ended the step', promoted, { ...quiet, ofGates: gates('hold') }, 'free', []],
  ] as const)('%s', (_, state, facts, outcome, events) => {
    const decision = decideBetweenSteps(state, facts, secondsIn(30));

    expect(decision.outcome).toBe(outcome);
    expect('events' in decision && typesOf(decision)).toEqual(events);
  });

  test.each([
    ['a failing gate', { ...harmful, ofGates: gates('fail') }, 'the gates say fail', 'error-rate'],
    ['drift that does harm', { ...harmful, ofGates: gates('pass') }, 'a rule is gone', undefined],
    ['drift that does harm before green has traffic', harmful, 'a rule is gone', undefined],
    ['tasks of green that end by themselves', { ...crashes, ofGates: gates('pass') }, 'tasks end', 'task-exits'],
    ['a dead green', { ...quiet, dead: 'no target', ofGates: gates('pass') }, 'no target', 'healthy-hosts'],
  ] as const)('%s leads back', (_, facts, reason, gate) => {
    expect(decideBetweenSteps(promoted, facts, secondsIn(30))).toEqual({ outcome: 'rollBack', reason, gate });
  });

  test('gates that hold lead back at the cap, and not while a person pauses the rollout', () => {
    const facts = { ...quiet, ofGates: gates('hold') };

    expect(decideBetweenSteps(waiting, facts, secondsIn(60))).toEqual({
      outcome: 'rollBack',
      reason: 'Step 2 waited 60 s: the gates say hold',
      gate: 'error-rate',
    });
    expect(decideBetweenSteps({ ...paused, unreadySince: at }, facts, secondsIn(9000)).outcome).toBe('held');
  });
});

describe('a call whose answer was lost', () => {
  test('is told what was decided', () => {
    const back = evolve(baking, { type: 'RollbackRequested', reason: 'errors', by: 'the rollout' }, at);

    expect(settledBefore(baking, 0)).toBeUndefined();
    expect(settledBefore(between, 0)).toMatchObject({ outcome: 'stepPassed', step: 1, verdict: 'pass' });
    expect(settledBefore({ ...between, promotion: { step: 0, full: true, by: 'mei' } }, 0)).toMatchObject({ step: 1 });
    expect(settledBefore({ ...between, phase: 'finishing' }, 1)).toMatchObject({ outcome: 'rolloutPassed', step: 1 });
    expect(settledBefore(back, 0)).toMatchObject({ outcome: 'rollBack', verdict: 'fail', reason: 'errors' });
  });
});
