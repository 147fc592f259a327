import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../lib/calibration/random.ts';
import { discountsOf } from '../../lib/analysis/clumping.ts';
import { type ShareSeries, shareSeries } from '../../lib/analysis/share-series.ts';
import type { ShareGate } from '../../lib/specification/gate.ts';

const gate: ShareGate = {
  name: 'error-rate',
  bad: { metric: 'errors' },
  total: { metric: 'requests' },
  pass: 0.01,
  abort: 0.05,
};

function past(periods: number, errors: (minute: number) => number): ShareSeries {
  return shareSeries(
    gate,
    Array.from({ length: periods }, (_, minute) => ({
      at: minute * 60,
      weight: 0,
      blue: { requests: 6000, errors: errors(minute) },
      green: {},
    })),
  );
}

/** The discount of the bet on a regression of three times. */
function discount(series: ShareSeries): number {
  return discountsOf(series, series.length - 1, { tolerance: 1.25, abort: 0.05 })[2] ?? Number.NaN;
}

function mean(of: number, draw: (run: number) => number): number {
  return Array.from({ length: of }, (_, run) => draw(run)).reduce((sum, value) => sum + value, 0) / of;
}

function clumpedPast(size: number, periods: number, run: number): ShareSeries {
  const random = seeded(7, size, run);
  return past(periods, () => size * random.poisson(12 / size));
}

describe('discountsOf', () => {
  test('errors that come one by one count almost fully', () => {
    expect(mean(40, (run) => discount(clumpedPast(1, 120, run)))).toBeGreaterThan(0.9);
  });

  test.each([4, 10, 20])('errors that come %d at a time count about as one', (size) => {
    const found = mean(40, (run) => discount(clumpedPast(size, 120, run)));

    expect(found).toBeLessThan(1.3 / size);
    expect(found).toBeGreaterThan(0.4 / size);
  });

  test('a rate that wanders over minutes is worth no more than its stretches agree', () => {
    // The rate of a busy slot halves its distance to the mean within ten minutes; from one minute to the next it hardly moves.
    const found = mean(20, (run) => {
      const random = seeded(9, run);
      let wandered = 0;
      return discount(
        past(120, () => {
          wandered = 0.933 * wandered + 0.2 * Math.sqrt(1 - 0.933 ** 2) * random.normal();
          return random.poisson(200 * Math.exp(wandered));
        }),
      );
    });

    // Ten minutes hold 2,000 errors, whose rate is off by a fifth: about 2,000 x 0.2^2 / 2 times as much scatter, so about
    // 1/32 of a typical past, and more of those that wander little. Single minutes alone say 0.68.
    expect(found).toBeLessThan(0.1);
  });

  test('a rare burst in a quiet past is not forgotten', () => {
    const quiet = past(120, (minute) => 12 + (minute % 3) - 1);
    const once = past(120, (minute) => (minute === 40 ? 60 : 12 + (minute % 3) - 1));

    expect(discount(quiet)).toBe(1);
    expect(discount(once)).toBeLessThan(0.3);
  });

  test('where errors are rare, two that chance brings together are no clump, many are', () => {
    const withLargest = (errors: number) =>
      discount(past(120, (minute) => (minute === 40 ? errors : Number(minute % 5 === 0))));

    expect(withLargest(2)).toBe(1);
    expect(withLargest(6)).toBeLessThan(0.6);
    expect(withLargest(4)).toBeGreaterThanOrEqual(withLargest(6));
  });

  test('a rhythm of the day is no clump', () => {
    expect(discount(past(120, (minute) => Math.round(12 + 8 * Math.sin(minute / 60))))).toBeGreaterThan(0.9);
  });

  test('minutes in which blue was broken outright are left out', () => {
    expect(discount(past(120, (minute) => (minute === 40 ? 600 : 12)))).toBe(1);
  });

  test('nothing is trusted fully before blue has been seen for half an hour', () => {
    const found = [0, 5, 15, 30].map((periods) => discount(past(periods, () => 12)));

    expect(found[0]).toBe(0.5);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found[3]).toBe(1);
  });

  test('a past in which nothing ever failed is no reason for distrust', () => {
    expect(discount(past(120, () => 0))).toBe(1);
  });
});
