import { describe, expect, test } from '@jest/globals';
import { runRelease } from './release-run.ts';

/** A few of those that `test/simulation/releases` runs: each kind of end is among them. */
const seeds = Array.from({ length: 60 }, (_, index) => 5001 + index);

describe('releases with faults', () => {
  test('keep every promise', async () => {
    const outcomes = new Set<string>();
    for (const seed of seeds) {
      const { state, broken, rival } = await runRelease(seed);
      outcomes.add(state.outcome ?? 'none');
      expect({ seed, broken, rival }).toEqual({
        seed,
        broken: [],
        rival: expect.stringContaining('all of its members or none'),
      });
    }
    expect(outcomes.size).toBeGreaterThanOrEqual(3);
  });
});
