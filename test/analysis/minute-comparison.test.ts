import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Random, seeded } from '../../lib/calibration/random.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { expectedOfShare } from '../../lib/analysis/expected.ts';
import { policyOf } from '../../lib/analysis/gate-policy.ts';
import { compareMinutes, type MinuteComparison } from '../../lib/analysis/minute-comparison.ts';
import { shareSeries } from '../../lib/analysis/share-series.ts';
import type { ShareGate } from '../../lib/specification/gate.ts';
import { settings } from './minutes.ts';

const errorRate: ShareGate = {
  name: 'error-rate',
  bad: { metric: 'errors' },
  total: { metric: 'requests' },
  pass: 0.01,
  abort: 0.05,
};

const policy = policyOf(errorRate, [errorRate], settings);

function comparedMinutes(periods: readonly PeriodOfBoth[]): MinuteComparison {
  const series = shareSeries(errorRate, periods);
  return compareMinutes(series, policy, expectedOfShare(series, policy));
}

/** One period after the first three, which count for less. */
function gainsOfOne(blueBad: number, greenBad: number, green: number): number {
  const quiet = { requests: 0 };
  const periods = [0, 1, 2, 3].map((minute) => ({
    at: minute * 60,
    weight: 5,
    blue: minute < 3 ? quiet : { requests: 1000, errors: blueBad },
    green: minute < 3 ? quiet : { requests: green, errors: greenBad },
  }));
  const comparison = comparedMinutes(periods);
  return Math.exp(comparison.logStrength(3));
}

/** Minutes with causes of any size on both slots: blue has `causes` a minute on average, green `ratio` times as many a request. */
function recorded(random: Random, { causes, ratio, sizes }: { causes: number; ratio: number; sizes: number }) {
  return Array.from({ length: 90 }, (_, minute) => {
    const weight = minute < 20 ? 5 : minute < 50 ? 25 : 40;
    const total = 100_000;
    const slot = (requests: number, mean: number) => {
      let errors = 0;
      for (let cause = random.poisson(mean); cause > 0; cause -= 1) errors += random.integer(1, sizes);
      return { requests, errors };
    };
    const green = (total * weight) / 100;
    const each = causes / total;
    return {
      at: minute * 60,
      weight,
      blue: slot(total - green, each * (total - green)),
      green: slot(green, each * green * ratio),
    };
  });
}

/** Share of rollouts in which the evidence ever decides. */
function decided(runs: number, alpha: number, kind: { causes: number; ratio: number; sizes: number }): number {
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const periods = recorded(seeded(23, run), kind);
    const comparison = comparedMinutes(periods);
    if (periods.some((_, index) => comparison.logStrength(index) >= -Math.log(alpha))) count += 1;
  }
  return count / runs;
}

describe('whether a period has a bad response', () => {
  test('is fair to a green that is no worse than tolerated, however many causes blue has in the period', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 800 }),
        fc.double({ min: 1e-3, max: 20, noNaN: true }),
        chance,
        (green, b, part) => {
          const a = (part * policy.tolerance * green * b) / 1000;
          const [blueHas, greenHas] = [-Math.expm1(-b), -Math.expm1(-a)];
          const mean =
            greenHas * blueHas * gainsOfOne(1, 1, green) +
            (1 - greenHas) * (1 - blueHas) * gainsOfOne(0, 0, green) +
            greenHas * (1 - blueHas) * gainsOfOne(0, 1, green) +
            (1 - greenHas) * blueHas * gainsOfOne(1, 0, green);

          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  test('says the same of one bad response and of a thousand in a period', () => {
    expect(gainsOfOne(0, 1000, 1000)).toBe(gainsOfOne(0, 1, 1000));
    expect(gainsOfOne(0, 1, 50)).toBeGreaterThan(1);
    expect(gainsOfOne(1, 0, 50)).toBeLessThan(1);
  });

  test('says nothing where green has the larger part of the tolerated traffic', () => {
    expect(gainsOfOne(0, 1, 801)).toBe(1);
  });

  test.each([0.05, 0.5, 4])(
    'calls a green exactly as bad as tolerated worse less often than alpha, with clumps of up to a thousand, %d a minute',
    (causes) => {
      expect(decided(300, 0.1, { causes, ratio: 1.25, sizes: 1000 })).toBeLessThan(0.1);
    },
  );

  test('sees a green with ten times as many causes, whatever their size', () => {
    expect(decided(60, 0.01, { causes: 0.5, ratio: 10, sizes: 1000 })).toBeGreaterThan(0.95);
  });

  test('two neighbouring periods alone corroborate nothing', () => {
    const clean = { requests: 950, errors: 0 };
    const periods = Array.from({ length: 30 }, (_, minute) => ({
      at: minute * 60,
      weight: 5,
      blue: clean,
      green: { requests: 50, errors: [10, 11, 20, 24].includes(minute) ? 9 : 0 },
    }));
    const comparison = comparedMinutes(periods);

    expect(comparison.isCorroborated(12)).toBe(false);
    expect(comparison.isCorroborated(24)).toBe(true);
  });
});
