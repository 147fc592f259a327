import { describe, expect, test } from '@jest/globals';
import type { Measure } from '../../../lib/ports/measures.ts';
import type { RecordedEvent, RolloutEvent } from '../../../lib/rollout/events.ts';
import { phaseTimes } from '../../../lib/rollout/phases.ts';
import { measuresOf } from '../../../lib/usecases/notifying/measures-of.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { samples } from '../../rollout/sample-events.ts';

const start = Date.parse('2026-03-01T11:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** A record of events, each with the second it happened at. */
function recordOf(...events: readonly (readonly [number, RolloutEvent])[]): readonly RecordedEvent[] {
  return events.map(([seconds, event], index) => ({
    rolloutId: 'web-1',
    sequence: index + 1,
    at: at(seconds),
    event,
  }));
}

const rolledBack = recordOf(
  [0, samples.RolloutOpened],
  [3, samples.PreChecksPassed],
  [40, samples.GreenReady],
  [41, samples.HeaderRouteOpened],
  [42, samples.TrafficShifted],
  [102, samples.StepPassed],
  [104, { ...samples.TrafficShifted, step: 1, weight: 50 }],
  [164, samples.RollbackRequested],
  [170, samples.TrafficRestored],
  [200, samples.RolledBack],
);

const by = (measures: readonly Measure[], name: Measure['name']) => measures.filter((each) => each.name === name);

describe('the phases of a record', () => {
  test('follow each other, with the seconds of each', () => {
    expect(phaseTimes(rolledBack)).toEqual([
      { phase: 'checking', seconds: 3 },
      { phase: 'provisioning', seconds: 37 },
      { phase: 'verifying', seconds: 1 },
      { phase: 'shifting', seconds: 1 },
      { phase: 'baking', seconds: 60 },
      { phase: 'shifting', seconds: 2 },
      { phase: 'baking', seconds: 60 },
      { phase: 'rollingBack', seconds: 36 },
    ]);
  });

  test('leave out the one that has not ended', () => {
    expect(phaseTimes(rolledBack.slice(0, 2))).toEqual([{ phase: 'checking', seconds: 3 }]);
  });

  test.each([
    ['is empty', []],
    ['lacks its beginning', rolledBack.slice(1)],
  ])('are none where the record %s', (_, events) => {
    expect(phaseTimes(events)).toEqual([]);
  });
});

describe('the measures of events', () => {
  test('sum up the time in each phase where a rollout ends', () => {
    const measures = by(measuresOf(rolledBack.slice(-1), rolledBack), 'PhaseSeconds');

    expect(measures.map(({ value, by: { phase } }) => [phase, value])).toEqual([
      ['checking', 3],
      ['provisioning', 37],
      ['verifying', 1],
      ['shifting', 3],
      ['baking', 120],
      ['rollingBack', 36],
    ]);
    expect(new Set(measures.map((each) => each.at))).toEqual(new Set([at(200)]));
  });

  test.each([
    [samples.RolloutOpened, 'opened'],
    [samples.RolloutRejected, 'rejected'],
    [samples.RolloutSucceeded, 'succeeded'],
    [samples.RolledBack, 'rolledBack'],
  ])('count %o as %s', (event, outcome) => {
    const [first] = measuresOf(recordOf([0, event]), []);

    expect(first).toEqual({ name: 'Rollouts', unit: 'Count', value: 1, at: at(0), by: { outcome } });
  });

  test('count gates by what they said, and tell how old the newest minute was', () => {
    const gate = { gate: 'g', requests: 10, pass: 1, abort: 2, reason: 'r' } as const;
    const gates = (['pass', 'pass', 'hold'] as const).map((outcome) => ({ ...gate, outcome }));
    const look = recordOf([300, { ...samples.GreenAnalysed, gates, settledUntil: start / 1000 + 120 }]);

    expect(measuresOf(look, look)).toEqual([
      { name: 'GateEvaluations', unit: 'Count', value: 2, at: at(300), by: { verdict: 'pass' } },
      { name: 'GateEvaluations', unit: 'Count', value: 1, at: at(300), by: { verdict: 'hold' } },
      { name: 'VerdictDelaySeconds', unit: 'Seconds', value: 180, at: at(300), by: {} },
    ]);
  });

  test('tell no delay of a look that knew no settled minute', () => {
    expect(measuresOf(recordOf([0, samples.GreenAnalysed]), [])).toEqual([]);
  });
});

describe('a whole rollout', () => {
  test.each([
    ['a good one', '412-9f8d111', 'succeeded'],
    ['a bad one', '413-b4dc0de', 'rolledBack'],
  ])('%s is measured once, by what its record says', async (_, image, outcome) => {
    const world = new ModelWorld();
    world.addImage('412-9f8d111', digestOf('b'));
    world.addImage('413-b4dc0de', digestOf('c'), 0.3);
    await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
    await walk('rollout', { service: 'web', image }, world);
    const [rollout] = await world.store.list('web', 1);
    const record = await world.store.events(rollout?.rolloutId ?? '', 0);
    const verdicts = record.flatMap(({ event }) => (event.type === 'GreenAnalysed' ? event.gates : []));

    expect(by(world.measured, 'Rollouts').map((each) => each.by.outcome)).toEqual(['opened', outcome]);
    expect(by(world.measured, 'GateEvaluations').reduce((sum, { value }) => sum + value, 0)).toBe(verdicts.length);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(by(world.measured, 'VerdictDelaySeconds').every(({ value }) => value >= 0)).toBe(true);
    expect(by(world.measured, 'PhaseSeconds').map(({ by: { phase } }) => phase)).toEqual([
      ...new Set(phaseTimes(record).map(({ phase }) => phase)),
    ]);
  });
});
