import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../../../lib/analysis/lesson.ts';
import type { RolloutStore, StoredRollout } from '../../../lib/ports/rollout-store.ts';
import { learnedSoFar } from '../../../lib/usecases/opening/learned-so-far.ts';
import { journeyTo } from '../journey.ts';

const lesson: Lesson = { minuteSeconds: 60, gates: [{ gate: 'latency-p95', coldMinutes: 2 }] };
const back = { to: 'kept', reason: 'slow', of: 'web-0' } as const;

interface Past {
  readonly phase?: 'succeeded' | 'rolledBack';
  readonly rollback?: typeof back;
  readonly altered?: string;
  readonly lesson?: Lesson | undefined;
  readonly isUnreadable?: true;
}

/** Rollouts of a service, newest first, a day apart. */
async function learnedOf(past: readonly Past[], learnSince?: string) {
  const journey = await journeyTo('opened');
  const { state, ...stored } = await journey.stored();
  const unreadable = new Set(past.flatMap(({ isUnreadable }, index) => (isUnreadable ? [`web-${index}`] : [])));
  const day = (index: number) => `2026-02-${String(28 - index).padStart(2, '0')}T10:00:00.000Z`;
  const found = new Map(
    past.map(({ altered, phase = 'succeeded', isUnreadable: _, ...one }, index): [string, StoredRollout] => {
      const facts = { lesson, ...one, phase, rolloutId: `web-${index}`, openedAt: day(index) };
      return [facts.rolloutId, { ...stored, altered, state: { ...state, ...facts } }];
    }),
  );
  const store: Pick<RolloutStore, 'list' | 'load'> = {
    list: () =>
      Promise.resolve(
        [...found.values()].map(({ state: { rolloutId, phase, openedAt } }) => ({
          rolloutId,
          phase,
          openedAt,
          image: 'x',
        })),
      ),
    load: (id) =>
      unreadable.has(id) ? Promise.reject(new Error('it has an event of schema 9')) : Promise.resolve(found.get(id)),
  };
  return learnedSoFar({ service: 'web', period: 60, analysis: { ...state.spec.analysis, learnSince } }, store);
}

describe('what is learned of a service', () => {
  test('comes from the rollouts that succeeded', async () => {
    expect(await learnedOf([{}, { phase: 'rolledBack' }, {}, {}, {}, {}])).toEqual({
      rollouts: 5,
      gates: [{ gate: 'latency-p95', coldMinutes: 2 }],
    });
  });

  test('leaves out a version that a person went back from, and the rollback', async () => {
    expect(await learnedOf([{}, { rollback: back }, {}, {}])).toMatchObject({ rollouts: 2 });
  });

  test('leaves out altered records, and older ones that taught nothing', async () => {
    expect(await learnedOf([{ altered: 'event 3' }, { lesson: undefined }, {}])).toMatchObject({ rollouts: 1 });
  });

  test('leaves out a record that cannot be read, and the version before it, which a person may have gone back from', async () => {
    expect(await learnedOf([{}, { isUnreadable: true }, {}, {}, {}])).toMatchObject({ rollouts: 3 });
  });

  test('leaves out differences between slots where clients changed sides', async () => {
    const gate = { gate: 'latency-p95', difference: { square: 0.01, chance: 0.001 } };
    const differing: Past = { lesson: { minuteSeconds: 60, gates: [gate] } };

    expect((await learnedOf(Array.from({ length: 5 }, () => differing))).gates).toEqual([{ gate: 'latency-p95' }]);
  });

  test('begins anew with learnSince', async () => {
    expect(await learnedOf([{}, {}, {}], '2026-02-27T00:00:00Z')).toMatchObject({ rollouts: 2 });
  });
});
