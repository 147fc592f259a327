import { describe, expect, test } from '@jest/globals';
import { binomialUpperTail, incompleteBeta, logGamma } from '../../lib/analysis/binomial.ts';

/** P(X >= successes), term by term. */
function summed(successes: number, trials: number, chance: number): number {
  let [term, tail] = [(1 - chance) ** trials, 0];
  for (let k = 0; k <= trials; k += 1) {
    if (k >= successes) tail += term;
    term *= ((trials - k) / (k + 1)) * (chance / (1 - chance));
  }
  return tail;
}

describe('logGamma', () => {
  test('of a whole number is the logarithm of a factorial', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
      factorial *= n;
    }
  });

  test('of a half is that of the square root of pi', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  });
});

describe('binomialUpperTail', () => {
  test.each([
    [1, 1, 0.3],
    [1, 12, 0.01],
    [3, 10, 0.2],
    [5, 10, 0.5],
    [9, 10, 0.9],
    [10, 10, 0.4],
    [40, 100, 0.25],
    [130, 400, 0.3],
    [250, 300, 0.9],
  ])('%i of %i at a chance of %f is what its terms sum up to', (successes, trials, chance) => {
    const expected = summed(successes, trials, chance);

    expect(binomialUpperTail(successes, trials, chance) / expected).toBeCloseTo(1, 9);
  });

  test('no success at all is certain, more than there are trials impossible', () => {
    expect(binomialUpperTail(0, 10, 0)).toBe(1);
    expect(binomialUpperTail(11, 10, 1)).toBe(0);
    expect(binomialUpperTail(10, 10, 1)).toBe(1);
    expect(binomialUpperTail(10, 10, 0)).toBe(0);
  });
});

describe('incompleteBeta', () => {
  test.each([
    [0.05, 2, 30],
    [0.5, 2, 30],
    [0.3, 0.5, 0.5],
    [0.9, 40, 3],
    [0.6, 1, 1],
  ])('at %f of (%f, %f) is one with its mirror image', (x, a, b) => {
    expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 12);
  });

  test('has its closed forms', () => {
    expect(incompleteBeta(0.6, 1, 1)).toBeCloseTo(0.6, 12);
    expect(incompleteBeta(0.6, 3, 1)).toBeCloseTo(0.6 ** 3, 12);
    expect(incompleteBeta(0.2, 1, 4)).toBeCloseTo(1 - 0.8 ** 4, 12);
    expect(incompleteBeta(0.25, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(0.5), 12);
  });
});
