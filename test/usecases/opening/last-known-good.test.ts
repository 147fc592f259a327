import { describe, expect, test } from '@jest/globals';
import type { StoredRollout } from '../../../lib/ports/rollout-store.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { lastKnownGood } from '../../../lib/usecases/opening/last-known-good.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { digestOf, ModelWorld } from '../../model/model-world.ts';

type Ending = 'succeeded' | 'rolledBack' | 'rejected' | 'rollingBack' | 'baking';
/** From one version to another, as it ended; `back` where a person went back; from '' where no task of blue ran. */
type Told = readonly [from: string, to: string, phase: Ending, more?: 'back' | 'emergency' | 'altered'];

/** A record of rollouts, oldest first, in which the versions a to e have images unless they are gone. */
function recordOf(told: readonly Told[], gone: readonly string[] = []) {
  const stored = told.map(([from, to, phase, more], index): StoredRollout => {
    const event = openedEvent({
      image: { repositoryUri: 'registry/shop/web', digest: digestOf(to), tag: `${to}-1` },
      blueDigest: from === '' ? undefined : digestOf(from),
      ...(more === 'back' && { rollback: { to: 'version', reason: 'errors' } }),
      ...(more === 'emergency' && { rollback: { to: 'version', reason: 'down', emergency: 'web-emergency-1' } }),
    });
    const at = `2026-03-01T1${String(index)}:00:00.000Z`;
    return {
      state: { ...openedState(`web-${String(index + 1)}`, at, event), phase },
      ...{ sequence: 1, fence: 1 },
      ...(more === 'altered' && { altered: 'event 3 was changed' }),
    };
  });
  const world = new ModelWorld();
  world.images.clear();
  for (const letter of ['a', 'b', 'c', 'd', 'e'])
    if (!gone.includes(letter)) world.addImage(`${letter}-1`, digestOf(letter));
  const summaries = stored
    .map(({ state: { rolloutId, phase, openedAt } }) => ({ rolloutId, phase, openedAt, image: 'web' }))
    .toReversed();
  return lastKnownGood(
    'web',
    { repository: 'shop/web' },
    {
      registry: world.registry,
      store: {
        list: () => Promise.resolve(summaries),
        load: (id) => Promise.resolve(stored.find(({ state }) => state.rolloutId === id)),
      },
    },
  );
}

/** The letter that was chosen, and the rollout that shows it. */
async function chosen(told: readonly Told[], gone: readonly string[] = []) {
  const found = await recordOf(told, gone);
  return 'digest' in found ? [found.digest.at(-1), found.rolloutId] : undefined;
}

describe('the last known good version', () => {
  test.each<[string, Told[], [string, string]]>([
    ['is the one before, after a success', [['a', 'b', 'succeeded']], ['a', 'web-1']],
    [
      'is the newest that served, not the one that failed since',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
        ['c', 'd', 'rolledBack'],
      ],
      ['b', 'web-2'],
    ],
    [
      'is not one that a person went back from',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
        ['c', 'b', 'succeeded', 'back'],
      ],
      ['a', 'web-1'],
    ],
    [
      'is one that was rolled back once and served later',
      [
        ['a', 'b', 'rolledBack'],
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
      ],
      ['b', 'web-3'],
    ],
    [
      'is not one that served once and was rolled back later',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
        ['c', 'b', 'rolledBack'],
      ],
      ['a', 'web-1'],
    ],
    [
      'is not one whose rollback is under way',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'rollingBack'],
      ],
      ['a', 'web-1'],
    ],
    [
      'does not depend on a rejected rollout',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'rejected'],
      ],
      ['a', 'web-1'],
    ],
    [
      'is not proven by a record that was changed outside of the product',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded', 'altered'],
        ['c', 'd', 'succeeded'],
        ['d', 'e', 'rolledBack'],
      ],
      ['c', 'web-3'],
    ],
    [
      'is not the one that is down, where none of its tasks ran when an emergency brought another one back in vain',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
        ['c', 'd', 'rolledBack'],
        ['', 'b', 'rolledBack', 'emergency'],
      ],
      ['a', 'web-1'],
    ],
    [
      'is not the one that is down, where the version that an emergency brought back serves no longer',
      [
        ['a', 'b', 'succeeded'],
        ['b', 'c', 'succeeded'],
        ['', 'b', 'succeeded', 'emergency'],
      ],
      ['a', 'web-1'],
    ],
  ])('%s', async (_, told, expected) => {
    expect(await chosen(told)).toEqual(expected);
  });

  test('has an image in the registry; those without are passed over, with the reason', async () => {
    const told: readonly Told[] = [
      ['a', 'b', 'succeeded'],
      ['b', 'c', 'succeeded'],
      ['c', 'd', 'succeeded'],
    ];

    expect(await recordOf(told, ['c'])).toEqual({
      ...{ digest: digestOf('b'), rolloutId: 'web-2' },
      passedOver: [`${digestOf('d')}: it serves now`, `${digestOf('c')}: its image is gone from the registry`],
    });
  });

  test('is none where nothing but the present version ever served', async () => {
    expect(await recordOf([['a', 'b', 'rolledBack']])).toEqual({
      passedOver: [`${digestOf('b')}: web-1 was rolled back`, `${digestOf('a')}: it serves now`],
    });
    expect(await recordOf([['a', 'b', 'rollingBack']])).toEqual({
      passedOver: [`${digestOf('b')}: web-1 was rolled back`, `${digestOf('a')}: it serves now`],
    });
    expect(await recordOf([])).toEqual({ passedOver: [] });
  });
});
