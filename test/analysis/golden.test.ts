import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { shiftOf } from '../../bench/analysis/mann-whitney.ts';
import { binomialUpperTail, incompleteBeta, logGamma } from '../../lib/analysis/binomial.ts';
import { discountsOf } from '../../lib/analysis/clumping.ts';
import type { Expected } from '../../lib/analysis/expected.ts';
import type { GatePolicy } from '../../lib/analysis/gate-policy.ts';
import { limitStrength } from '../../lib/analysis/limit-strength.ts';
import { compareRates } from '../../lib/analysis/rate-comparison.ts';
import type { ShareSeries } from '../../lib/analysis/share-series.ts';

const numbers = z.array(z.number());
const row = z.object({
  weight: z.number(),
  greenTotal: z.number(),
  greenBad: z.number(),
  blueTotal: z.number(),
  blueBad: z.number(),
});

/** What bench/analysis/golden/golden-statistics.py got from scipy. */
const golden = z
  .object({
    logGamma: z.array(z.object({ x: z.number(), value: z.number() })),
    binomialTail: z.array(z.object({ k: z.number(), n: z.number(), p: z.number(), value: z.number() })),
    incompleteBeta: z.array(z.object({ x: z.number(), a: z.number(), b: z.number(), value: z.number() })),
    comparison: z.array(z.object({ tolerance: z.number(), discounts: numbers, rows: z.array(row), evidence: numbers })),
    limit: z.array(z.object({ abort: z.number(), rows: z.array(row), evidence: numbers })),
    discounts: z.array(z.object({ total: numbers, bad: numbers, tolerance: z.number(), values: numbers })),
    mannWhitney: z.array(
      z.object({
        control: numbers,
        experiment: numbers,
        estimate: z.number(),
        lower: z.number(),
        upper: z.number(),
        pValue: z.number(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../bench/analysis/golden/statistics.json', import.meta.url), 'utf8')));

function seriesOf(rows: readonly z.output<typeof row>[]): ShareSeries {
  const column = (read: (one: z.output<typeof row>) => number) => Float64Array.from(rows, read);
  return {
    length: rows.length,
    first: 0,
    weight: column((one) => one.weight),
    greenTotal: column((one) => one.greenTotal),
    greenBad: column((one) => one.greenBad),
    blueTotal: column((one) => one.blueTotal),
    blueBad: column((one) => one.blueBad),
  };
}

/** Every period counts, and green may always be as bad. */
function expectedOf(rows: readonly unknown[], tolerance: number): Expected {
  return { settled: new Int32Array(rows.length), tolerance: new Float64Array(rows.length).fill(tolerance) };
}

/** A warm-up that is over before it begins: no period counts for less, as the first ones of an error gate do. */
const policy: GatePolicy = {
  name: 'golden',
  periodSeconds: 60,
  minuteSeconds: 60,
  pass: 0.01,
  abort: 0.05,
  compare: true,
  tolerance: 1.25,
  warmUpPeriods: 1,
  factorAt: () => 1,
  whenBlueToo: 'hold',
  afterHold: 'roll-back',
  dryRun: false,
  alpha: 0.01,
  minimumRequests: 50,
};

/** Equal up to a relative error. */
function expectClose(actual: number, expected: number, relative: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.max(1e-12, Math.abs(expected)));
}

describe('agrees with scipy', () => {
  test.each(golden.logGamma)('log gamma of $x', ({ x, value }) => {
    expectClose(logGamma(x), value, value === 0 ? 1 : 1e-12);
  });

  test.each(golden.binomialTail)('chance of at least $k of $n at $p', ({ k, n, p, value }) => {
    expectClose(binomialUpperTail(k, n, p), value, 1e-8);
  });

  test.each(golden.incompleteBeta)('incomplete beta function at $x, $a, $b', ({ x, a, b, value }) => {
    expectClose(incompleteBeta(x, a, b), value, 1e-8);
  });

  test.each(golden.comparison)(
    'evidence of a comparison with tolerance $tolerance',
    ({ tolerance, discounts, rows, evidence }) => {
      const exponents = Float64Array.from(discounts);
      const comparison = compareRates(
        seriesOf(rows),
        { ...policy, tolerance },
        expectedOf(rows, tolerance),
        () => exponents,
      );

      for (const [index, value] of evidence.entries()) expectClose(comparison.logStrength(index), value, 1e-7);
    },
  );

  test.each(golden.limit)('evidence of an abort limit of $abort', ({ abort, rows, evidence }) => {
    const exponents = new Float64Array(7).fill(0.5);
    const limit = limitStrength(seriesOf(rows), { ...policy, abort }, new Int32Array(rows.length), () => exponents);

    for (const [index, value] of evidence.entries()) expectClose(limit.logStrength(index), value, 1e-7);
  });

  test.each(golden.discounts)('discounts learned from a past', ({ total, bad, tolerance, values }) => {
    const rows = total.map((blueTotal, index) => ({
      weight: 0,
      greenTotal: 0,
      greenBad: 0,
      blueTotal,
      blueBad: bad[index] ?? 0,
    }));
    const discounts = discountsOf(seriesOf(rows), rows.length - 1, { tolerance, abort: 0.05 });

    for (const [index, value] of values.entries()) expectClose(discounts[index] ?? 0, value, 0.01);
  });

  test.each(golden.mannWhitney)(
    'interval of the Mann-Whitney judge',
    ({ control, experiment, estimate, lower, upper }) => {
      const shift = shiftOf(control, experiment);

      expect(shift?.estimate).toBeCloseTo(estimate, 9);
      expect(shift?.lower).toBeCloseTo(lower, 9);
      expect(shift?.upper).toBeCloseTo(upper, 9);
    },
  );
});
