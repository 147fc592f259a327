/* eslint-disable jest/no-export -- one suite, run on every implementation of the port */
import { expect, test } from '@jest/globals';
import type { OneTimeIds } from '../../lib/ports/one-time-ids.ts';

/** What every store of names keeps to, in memory and in DynamoDB. */
export function keepsOneTimeIds(ids: () => OneTimeIds): void {
  test('the first who claims a name has it, everybody after does not', async () => {
    expect([await ids().claim('one', 60), await ids().claim('one', 60)]).toEqual([true, false]);
    expect(await ids().claim('two', 60)).toBe(true);
  });

  test('of many who claim it at once, one has it', async () => {
    const given = await Promise.all(Array.from({ length: 8 }, () => ids().claim('race', 60)));

    expect(given.filter(Boolean)).toHaveLength(1);
  });
}
