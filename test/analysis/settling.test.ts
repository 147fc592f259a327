import { describe, expect, test } from '@jest/globals';
import { settledFrom } from '../../lib/analysis/settling.ts';

/** The fall between values of which each is known to within five percent. */
function fallOf(values: readonly number[]) {
  return (from: number, to: number) => {
    const remains = (values[to] ?? Number.NaN) / (values[from] ?? Number.NaN);
    return { errors: -Math.log(remains) / 0.07, remains };
  };
}

function settled(values: readonly number[], warmUp = 3): number {
  return settledFrom(0, values.length, warmUp, fallOf(values));
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
});
