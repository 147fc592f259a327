import { describe, expect, test } from '@jest/globals';
import { worstEarlierRate } from '../../lib/analysis/earlier-rate.ts';
import { shareSeries } from '../../lib/analysis/share-series.ts';
import { errorRate } from './minutes.ts';

const pace = { periodSeconds: 60, minuteSeconds: 60 };

/** Minutes without a bad response: in the first ones there is less than five minutes to look at. */
const quiet = 10;

/** The rate at the end of so many minutes after quiet ones; each slot has so many requests in each, and so many bad ones of them. */
function rate(
  minutes: number,
  blue: (minute: number) => readonly [number, number],
  green: (minute: number) => readonly [number, number] = () => [0, 0],
) {
  const before = Array.from({ length: quiet }, (_, index) => {
    return { at: 60 * (index - quiet), weight: 5, blue: { requests: 1e9, errors: 0 }, green: {} };
  });
  const after = Array.from({ length: minutes }, (_, minute) => {
    const [[m, y], [n, x]] = [blue(minute), green(minute)];
    return { at: 60 * minute, weight: 5, blue: { requests: m, errors: y }, green: { requests: n, errors: x } };
  });
  const periods = [...before, ...after];
  return worstEarlierRate(shareSeries(errorRate, periods), periods.length, pace);
}

describe('the worst earlier rate', () => {
  test('is that of five minutes where they have bad responses enough, half a count added', () => {
    expect(rate(60, () => [1000, 20])).toBeCloseTo(100.5 / 5000, 12);
  });

  test('takes as many minutes as ten bad responses need, thirty at most', () => {
    expect(rate(60, () => [100, 1])).toBeCloseTo(10.5 / 1000, 12);
    expect(rate(130, () => [100, 0])).toBeCloseTo(0.5 / 3000, 12);
  });

  test('spreads a bad minute over five', () => {
    expect(rate(60, (minute) => [1000, minute === 30 ? 50 : 0])).toBeCloseTo(50.5 / 5000, 12);
  });

  test('is that of the worst stretch, not of the newest', () => {
    expect(rate(60, (minute) => [1000, minute >= 20 && minute < 25 ? 300 : 10])).toBeCloseTo(1500.5 / 5000, 12);
  });

  test('forgets what was more than two hours ago', () => {
    const badAt = (at: number) => rate(140, (minute) => [1000, minute >= at && minute < at + 5 ? 500 : 20]);

    expect(badAt(16)).toBeCloseTo(2500.5 / 5000, 12);
    expect(badAt(10)).toBeCloseTo(100.5 / 5000, 12);
  });

  test('takes both slots together', () => {
    expect(
      rate(
        10,
        () => [1000, 20],
        () => [500, 100],
      ),
    ).toBeCloseTo(600.5 / 7500, 12);
  });

  test('leaves out a slot whose counts are not known, and minutes without requests', () => {
    const blue = (minute: number): readonly [number, number] => (minute % 2 === 0 ? [1000, 40] : [Number.NaN, 40]);

    expect(rate(60, blue, () => [0, 0])).toBeCloseTo(80.5 / 2000, 12);
    expect(rate(60, blue, () => [100, Number.NaN])).toBeCloseTo(80.5 / 2000, 12);
  });

  test('is not known where nothing came before, and where nothing is known of it', () => {
    const unknown = [0, Number.NaN].map((requests) => ({
      at: 0,
      weight: 5,
      blue: { requests, errors: 0 },
      green: { requests, errors: requests },
    }));

    expect(worstEarlierRate(shareSeries(errorRate, []), 0, pace)).toBeUndefined();
    expect(worstEarlierRate(shareSeries(errorRate, unknown), 2, pace)).toBeUndefined();
  });
});
