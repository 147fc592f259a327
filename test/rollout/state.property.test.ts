import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventType } from '../../lib/rollout/events.ts';
import { IllegalTransition } from '../../lib/rollout/rule-book.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import { at, eventTypes, inPhase, samples } from './sample-events.ts';

/** Appends what the rule book allows of some events, and shows each state on the way. */
function history(types: readonly EventType[]): readonly { readonly type: EventType; readonly state: RolloutState }[] {
  let state = inPhase.checking;
  return types.flatMap((type) => {
    try {
      state = evolve(state, samples[type], at);
      return [{ type, state }];
    } catch (error) {
      if (error instanceof IllegalTransition) return [];
      throw error;
    }
  });
}

// Weighted so that most histories get somewhere: the way to the end is long and one event in any other order stops it.
const onTheWay = [
  'PreChecksPassed',
  'GreenReady',
  'HeaderRouteOpened',
  'TrafficShifted',
  'StepPassed',
] as const satisfies readonly EventType[];
const anyTypes = fc
  .tuple(fc.nat({ max: 12 }), fc.array(fc.constantFrom(...eventTypes), { maxLength: 60 }))
  .map(([laps, types]): EventType[] => [
    ...onTheWay.flatMap((type) => [type]),
    ...Array.from({ length: laps }, (_, index) => onTheWay[3 + (index % 2)] ?? 'StepPassed'),
    ...types,
  ]);

describe('any legal history', () => {
  test('ends at most once, and what has ended stays ended', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        const past = history(types);
        const ends = past.filter(({ type }) => ['RolloutSucceeded', 'RolledBack', 'RolloutRejected'].includes(type));
        const firstEnd = past.findIndex(({ state }) => !isActive(state));
        const later = firstEnd === -1 ? [] : past.slice(firstEnd);

        expect(ends.length).toBeLessThanOrEqual(1);
        expect(new Set(later.map(({ state }) => state.phase)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('gives green no weight after traffic was restored', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        const past = history([...types, 'RollbackRequested', 'TrafficRestored', ...types]);
        const restored = past.findIndex(({ type }) => type === 'TrafficRestored');
        const weights = restored === -1 ? [] : past.slice(restored).map(({ state }) => state.weight);

        expect(weights.filter((weight) => weight !== 0)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('has the weight of its newest shift, and none before the first', () => {
    fc.assert(
      fc.property(anyTypes, (types) => {
        for (const { state } of history(types)) expect(state.weight).toBe(state.shifts.at(-1)?.weight ?? 0);
      }),
      { numRuns: 500 },
    );
  });

  test('never changes what the rollout was opened with', () => {
    const { spec, image, restorePlan, blue, green, blueDigest, executionArn } = inPhase.checking;
    fc.assert(
      fc.property(anyTypes, (types) => {
        expect(history(types).at(-1)?.state).toMatchObject({
          spec,
          image,
          restorePlan,
          blue,
          green,
          blueDigest,
          executionArn,
        });
      }),
      { numRuns: 100 },
    );
  });
});
