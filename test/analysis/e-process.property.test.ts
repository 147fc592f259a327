import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seeded } from '../../lib/calibration/random.ts';
import { bets, stakesOnBeginnings } from '../../lib/analysis/bets.ts';
import { expectedOfShare } from '../../lib/analysis/expected.ts';
import { compareRates } from '../../lib/analysis/rate-comparison.ts';
import { shareSeries } from '../../lib/analysis/share-series.ts';
import { policyOf } from '../../lib/analysis/gate-policy.ts';
import type { ShareGate } from '../../lib/specification/gate.ts';
import { settings } from './minutes.ts';

const errorRate: ShareGate = {
  name: 'error-rate',
  bad: { metric: 'errors' },
  total: { metric: 'requests' },
  pass: 0.01,
  abort: 0.05,
};

describe('the proof behind the discounts', () => {
  /**
   * Expectation, over all ways in which clumps can fall to the slots, of the likelihood ratio of a period raised to one over
   * the largest clump; docs/analysis.md proves that it is at most one.
   */
  function expectation(sizes: readonly number[], chance: number, odds: number, ratio: number): number {
    const largest = Math.max(...sizes);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let mean = 0;
    for (let way = 0; way < 2 ** sizes.length; way += 1) {
      let [probability, green] = [1, 0];
      for (const [index, size] of sizes.entries()) {
        const isGreen = Math.floor(way / 2 ** index) % 2 === 1;
        probability *= isGreen ? chance : 1 - chance;
        green += isGreen ? size : 0;
      }
      const gain = green * Math.log(ratio) - total * Math.log((1 + ratio * odds) / (1 + odds));
      mean += probability * Math.exp(gain / largest);
    }
    return mean;
  }

  test('whatever the sizes of the clumps, the discounted ratio is fair to a green that is no worse than tolerated', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...bets.map(({ ratio }) => ratio)),
        (sizes, odds, part, ratio) => {
          const chance = (part * odds) / (1 + odds);
          expect(expectation(sizes, chance, odds, ratio)).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  test('without the discount it is anything but', () => {
    const [chance, ratio, size] = [0.06, 2.4, 20];
    const cost = Math.log(1 - chance + ratio * chance);
    const ofOneClump = chance * (ratio / Math.exp(cost)) ** size + (1 - chance) * Math.exp(-cost * size);

    expect(ofOneClump).toBeGreaterThan(1000);
  });
});

describe('stakes', () => {
  test('never sum to more than one, however long the rollout and however many its steps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 400 }), (weights) => {
        const stakes = stakesOnBeginnings(Float64Array.from(weights), 0);
        expect(stakes.reduce((sum, stake) => sum + stake, 0)).toBeLessThanOrEqual(1);
      }),
    );
    expect(bets.reduce((sum, { stake }) => sum + stake, 0)).toBeCloseTo(1, 12);
  });
});

describe('a power that changes while the rollout goes on', () => {
  test('brings at most one more than the largest power does, whatever the smaller one is', () => {
    const policy = policyOf(errorRate, [errorRate], settings);
    const errors = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 5,
      maxLength: 40,
    });
    const power = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(errors, power, power, (counts, one, other) => {
        const periods = counts.map(([ofGreen, ofBlue], minute) => {
          const [green, blue] = [
            { requests: 300, errors: ofGreen },
            { requests: 2700, errors: ofBlue },
          ];
          return { at: minute * 60, weight: 10, blue, green };
        });
        const series = shareSeries(errorRate, periods);
        const evidenceAt = (exponent: number) => {
          const exponents = new Float64Array(bets.length).fill(exponent);
          return Math.exp(
            compareRates(series, policy, expectedOfShare(series, policy), () => exponents).logStrength(
              periods.length - 1,
            ),
          );
        };

        expect(evidenceAt(Math.min(one, other))).toBeLessThanOrEqual(
          (evidenceAt(Math.max(one, other)) + 1) * (1 + 1e-9),
        );
      }),
    );
  });
});

describe('the comparison over whole rollouts', () => {
  /** Share of rollouts with independent errors in which the evidence ever decides. */
  function alarms(ratio: number, runs: number, alpha: number): number {
    const policy = policyOf(errorRate, [errorRate], { ...settings, alpha });
    const exponents = new Float64Array(bets.length).fill(1);
    let count = 0;
    for (let run = 0; run < runs; run += 1) {
      const random = seeded(11, run);
      const periods = Array.from({ length: 60 }, (_, minute) => {
        const weight = minute < 30 ? 10 : 50;
        const green = 3 * weight;
        const slot = (requests: number, rate: number) => ({ requests, errors: random.binomial(requests, rate) });
        return { at: minute * 60, weight, blue: slot(300 - green, 0.02), green: slot(green, 0.02 * ratio) };
      });
      const series = shareSeries(errorRate, periods);
      const comparison = compareRates(series, policy, expectedOfShare(series, policy), () => exponents);
      if (periods.some((_, index) => comparison.logStrength(index) >= -Math.log(alpha))) count += 1;
    }
    return count / runs;
  }

  test('a green exactly as bad as tolerated is called worse less often than alpha, looked at every minute', () => {
    expect(alarms(1.25, 500, 0.1)).toBeLessThan(0.1);
  });

  test('a green four times as bad is always called worse', () => {
    expect(alarms(4, 100, 0.01)).toBe(1);
  });
});
