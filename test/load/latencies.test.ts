import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Latencies } from '../../local/load/latencies.ts';

describe('Latencies', () => {
  test('a percentile is the exact one, to three figures', () => {
    const latency = fc.double({ min: 0.1, max: 60_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, share) => {
          const latencies = new Latencies();
          for (const value of values) latencies.record(value);
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

          // The answer is rounded to hundredths of a millisecond.
          expect(latencies.percentile(share)).toBeGreaterThanOrEqual(exact * 0.999 - 0.006);
          expect(latencies.percentile(share)).toBeLessThanOrEqual(exact * 1.001 + 0.006);
        },
      ),
    );
  });

  test('is 0 where nothing was recorded', () => {
    expect(new Latencies().percentile(0.95)).toBe(0);
  });
});
