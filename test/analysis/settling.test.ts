import { describe, expect, test } from '@jest/globals';
import { settledFrom } from '../../lib/analysis/settling.ts';

/** The fall between values of which each is known to within five percent. */
function fallOf(values: readonly number[]) {
  return (from: number, to: number) => {
    const remains = (values[to] ?? Number.NaN) / (values[from] ?? Number.NaN);
    return { errors: -Math.log(remains) / 0.07, remains };
  };
}

/** At one weight: the first period that counts. */
function settled(values: readonly number[], warmUp = 3): number | undefined {
  return settledFrom(new Float64Array(values.length).fill(5), 0, warmUp, fallOf(values))[0];
}

/** Values at 5 %, then at 25 %: the first period that counts at each. */
function settledAtBoth(before: readonly number[], after: readonly number[]): readonly (number | undefined)[] {
  const weight = Float64Array.from([...before.map(() => 5), ...after.map(() => 25)]);
  const all = settledFrom(weight, 0, 3, fallOf([...before, ...after]));
  return [all[0], all.at(-1)];
}

describe('settledFrom', () => {
  test('a value that stays where it is settles with its warm-up', () => {
    expect(settled([2, 2.05, 1.97, 2.02, 2])).toBe(3);
  });

  test('a value that still falls gets more time', () => {
    expect(settled([4, 3, 2.2, 1.7, 1.3, 1.1, 1.08, 1.08, 1.08, 1.08, 1.08])).toBe(9);
  });

  test('a fall that takes three periods to show is one', () => {
    expect(settled([2, 1.88, 1.77, 1.66, 1.66, 1.66, 1.66])).toBeGreaterThan(4);
  });

  test('nothing falls for longer than four warm-ups', () => {
    const values = Array.from({ length: 30 }, (_, index) => 100 * 0.7 ** index);

    expect(settled(values)).toBe(12);
  });

  test('a gate without warm-up counts from the first period', () => {
    expect(settled([4, 3, 2, 1], 0)).toBe(0);
  });

  test('missing values neither fall nor rest', () => {
    expect(settled([2, Number.NaN, 2, 2, 2])).toBe(3);
  });

  test('a higher weight begins a warm-up of its own', () => {
    expect(settledAtBoth([1, 1, 1, 1, 1, 1], [2.5, 2.5, 2.5, 2.5, 2.5])).toEqual([3, 9]);
  });

  test('a green that is as good again as before a higher weight is warm, however its value moves', () => {
    const still = [1, 1.02, 1, 0.99, 1];

    expect(settledAtBoth(still, [3, 2.2, 1.5, 1.01, 1, 1])).toEqual([3, 8]);
    expect(settledAtBoth(still, [3, 2.5, 2, 1.7, 1.4, 1.2])).toEqual([3, 17]);
  });

  test('a lower weight brings no new tasks', () => {
    const weight = Float64Array.from([25, 25, 25, 25, 5, 5, 5]);

    expect([...settledFrom(weight, 0, 3, fallOf([1, 1, 1, 1, 1, 1, 1]))]).toEqual([3, 3, 3, 3, 3, 3, 3]);
  });
});
