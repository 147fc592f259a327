import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from '../../local/load/latency-histogram.ts';

describe('LatencyHistogram', () => {
  test('a percentile is the exact one, at most 2 % too high', () => {
    const latency = fc.double({ min: 0.1, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, share) => {
          const histogram = new LatencyHistogram();
          for (const value of values) histogram.record(value);
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

          // The answer is rounded to hundredths of a millisecond.
          expect(histogram.percentile(share)).toBeGreaterThanOrEqual(exact - 0.006);
          expect(histogram.percentile(share)).toBeLessThanOrEqual(exact * 1.0201 + 0.006);
        },
      ),
    );
  });

  test('is 0 where nothing was recorded', () => {
    expect(new LatencyHistogram().percentile(0.95)).toBe(0);
  });
});
