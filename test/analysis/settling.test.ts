import { describe, expect, test } from '@jest/globals';
import { fallOfShare, settledFrom } from '../../lib/analysis/settling.ts';
import { shareSeries } from '../../lib/analysis/share-series.ts';
import { seeded } from '../../lib/calibration/random.ts';
import { slowRequests } from './minutes.ts';

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

/** The fall of a share between two minutes of green: requests, and slow ones of them. */
function fallBetween(before: readonly [number, number], after: readonly [number, number]) {
  const periods = [before, after].map(([requests, slow], index) => ({
    at: 60 * index,
    weight: 5,
    blue: {},
    green: { requests, slow },
  }));
  return fallOfShare(shareSeries(slowRequests, periods))(0, 1);
}

describe('the fall of a share', () => {
  test('is told as what remains, and in standard errors of either sign', () => {
    const [fall, rise] = [fallBetween([4000, 80], [2000, 20]), fallBetween([2000, 20], [4000, 80])];

    expect([fall.remains, rise.remains]).toEqual([0.5, 2]);
    expect(fall.errors).toBeGreaterThan(1);
    expect(rise.errors).toBeCloseTo(-fall.errors, 10);
    expect(fallBetween([4000, 80], [2000, 40])).toEqual({ errors: 0, remains: 1 });
  });

  // Shares that chance and the wander of latencies (a quarter of the share) explain are about one standard error apart.
  test.each([
    ['chance alone, rare', 2000, 2000, 0.005, 0],
    ['chance alone, frequent', 40, 40, 0.4, 0],
    ['few requests before', 500, 20_000, 0.02, 0],
    ['few requests after', 20_000, 500, 0.02, 0],
    ['wander, rare', 100_000, 100_000, 0.01, 0.25],
    ['wander, frequent', 100_000, 100_000, 0.3, 0.25],
    ['both', 4000, 4000, 0.01, 0.25],
  ])('has the standard error that chance and wander give it: %s', (_, n0, n1, share, wander) => {
    const random = seeded(7, n0, n1);
    const draw = (n: number): readonly [number, number] => [
      n,
      random.binomial(n, share * (1 + wander * (1 - share) * random.normal())),
    ];
    const errors = Array.from({ length: 1000 }, () => fallBetween(draw(n0), draw(n1)).errors);
    const spread = Math.hypot(...errors) / Math.sqrt(errors.length);

    expect(spread).toBeLessThan(1.15);
    expect(spread).toBeGreaterThan(wander > 0 ? 0.85 : 0.6);
  });

  test('is none that many requests make clear, where latencies may have wandered', () => {
    expect(fallBetween([1e9, 1.1e7], [1e9, 1e7]).errors).toBeLessThan(0.5);
    expect(fallBetween([1e9, 3e7], [1e9, 1e7]).errors).toBeGreaterThan(2);
  });

  test.each([
    ['no requests before', [0, 0], [100, 5]],
    ['no requests after', [100, 5], [0, 0]],
    ['requests that are not known', [Number.NaN, 1], [100, 5]],
  ] as const)('is not known of %s: it neither falls nor rests', (_, before, after) => {
    expect(fallBetween(before, after)).toEqual({ errors: Number.NaN, remains: 1 });
  });

  test.each([
    ['nothing slow', [100, 0], [900, 0]],
    ['everything slow', [100, 100], [900, 900]],
  ] as const)('is none between minutes with %s', (_, before, after) => {
    expect(fallBetween(before, after)).toEqual({ errors: 0, remains: 1 });
  });
});
