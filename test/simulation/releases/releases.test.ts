import { expect, jest, test } from '@jest/globals';
import { runRelease } from '../../releases/release-run.ts';

jest.setTimeout(240_000);

const runs = 2000;

test(`${runs} releases with faults end with every member on its old or its new version, or say which not and why`, async () => {
  const broken: string[] = [];
  const outcomes = new Map<string, number>();
  for (let seed = 1; seed <= runs; seed += 1) {
    const ran = await runRelease(seed);
    const outcome = ran.state.outcome ?? 'none';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    broken.push(...ran.broken.map((promise) => `seed ${seed}: ${promise}`));
    if (!ran.rival.includes('a release takes all of its members or none')) broken.push(`seed ${seed}: ${ran.rival}`);
    expect(ran.services.world.announcements.filter(({ type }) => type === 'ReleaseEnded').length).toBeGreaterThan(0);
  }
  expect(broken).toEqual([]);
  // Each way that a release can end was gone.
  expect([...outcomes.keys()].toSorted()).toEqual(['incomplete', 'partly', 'rolledBack', 'stopped', 'succeeded']);
});
