import { describe, expect, test } from '@jest/globals';
import { roomForRules } from '../../lib/checks/room-for-rules.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';

async function check(present: number, most: number | undefined) {
  const journey = await journeyTo('opened');
  const world = altered(journey.world, { router: { ruleRoom: () => Promise.resolve({ present, most }) } });
  return roomForRules.observe((await journey.stored()).state, world);
}

describe('room for the rules that a rollout adds', () => {
  test.each([
    [99, 100, true, '99 of 100 rules, and 1 to come'],
    [100, 100, false, '100 of 100 rules, and 1 to come'],
    [100, 150, true, '100 of 150 rules, and 1 to come'],
    // The limit is adjustable: what is not known is no reason to reject.
    [100, undefined, true, '100 of an unknown number of rules, and 1 to come'],
  ])('%s of %s: %s', async (present, most, passed, saw) => {
    expect(await check(present, most)).toEqual({ passed, saw });
  });
});
