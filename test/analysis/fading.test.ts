import { describe, expect, test } from '@jest/globals';
import { fadeOf } from '../../lib/analysis/fading.ts';

const weight = Float64Array.from([0, 0, 5, 5, 5, 5, 5, 5, 5, 25, 25, 25, 25, 25]);

describe('fadeOf', () => {
  test('is one for a gate without a warm-up, before the rollout and within the warm-up', () => {
    expect(fadeOf(weight, 2, 0, () => 9).every((one) => one === 1)).toBe(true);
    expect(Array.from(fadeOf(weight, 2, 3, () => 9).subarray(0, 5))).toEqual([1, 1, 1, 1, 1]);
  });

  test('what green was in its warm-up fades by a factor of e within two warm-ups', () => {
    const fade = fadeOf(weight, 2, 3, () => 4);

    // The middle of the warm-up is period 3.
    expect(fade[5]).toBeCloseTo(1 + 3 * Math.exp(-2 / 6), 12);
    expect(fade[8]).toBeCloseTo(1 + 3 * Math.exp(-5 / 6), 12);
  });

  test('begins anew with each higher weight, from what was seen there', () => {
    const asked: (readonly [number, number])[] = [];
    const fade = fadeOf(weight, 2, 3, (from, to) => {
      asked.push([from, to]);
      return from === 2 ? 1 : 3;
    });

    expect(asked).toEqual([
      [2, 4],
      [9, 11],
    ]);
    expect(fade[8]).toBe(1);
    expect(fade[12]).toBeCloseTo(1 + 2 * Math.exp(-2 / 6), 12);
  });

  test('a green that was better than blue, or of which nothing is known, gets no allowance', () => {
    expect(fadeOf(weight, 2, 3, () => 0.2)[5]).toBe(1);
    expect(fadeOf(weight, 2, 3, () => undefined)[5]).toBe(1);
  });
});
