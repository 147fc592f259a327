import { describe, expect, test } from '@jest/globals';
import { type Random, seeded } from '../../lib/calibration/random.ts';
import { byMinute } from '../../lib/analysis/by-minute.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { replay } from '../../lib/analysis/replay.ts';
import { backtestGates, errorRate, latencyP95, slowRequests } from './minutes.ts';

const seconds = 10;
const [historySeconds, stepSeconds] = [3600, 900];
/** Latencies spread log-normally, so that a twentieth of them is above their 95th percentile. */
const z95 = 1.645;
const spread = 0.28;

/** What green does at a second of its step: a factor on its latency, and the share of its requests that fails. */
type Green = (second: number) => { readonly latency?: number; readonly errors?: number };

interface Service {
  readonly green?: Green;
  /** Errors that one cause brings, all in one period. */
  readonly clump?: number;
}

/** Datapoints of ten seconds: an hour of blue at 100 requests/s, then green at 5 % and at 25 %, a quarter of an hour each. */
function recorded(seed: number, { green = () => ({}), clump = 1 }: Service): readonly PeriodOfBoth[] {
  const random = seeded(seed, 10);
  const periods: PeriodOfBoth[] = [];
  for (let at = -historySeconds; at < 2 * stepSeconds; at += seconds) {
    const weight = at < 0 ? 0 : at < stepSeconds ? 5 : 25;
    const requests = random.poisson(100 * seconds);
    const greens = random.binomial(requests, weight / 100);
    const hit = weight === 0 ? {} : green(at % stepSeconds);
    periods.push({
      at,
      weight,
      blue: pointOf(random, requests - greens, { errors: 0.002, clump }),
      green: weight === 0 ? {} : pointOf(random, greens, { errors: 0.002, clump, ...hit }),
    });
  }
  return periods;
}

function pointOf(
  random: Random,
  requests: number,
  { latency = 1, errors, clump }: { readonly latency?: number; readonly errors: number; readonly clump: number },
): Datapoint {
  const level = latency * Math.exp(0.03 * random.normal());
  const failed = Math.min(requests, clump * random.poisson((requests * errors) / clump));
  const slow = random.binomial(requests, shareAbove(Math.log(2 / (1.2 * level)) / spread + z95));
  const p95 = 1.2 * level * Math.exp((0.6 / Math.sqrt(requests)) * random.normal());
  return { requests, errors: failed, slow, latencyP95: p95 };
}

/** Chance that a normal deviate is above z; Abramowitz and Stegun (1964), 26.2.17. */
function shareAbove(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z > 0 ? tail : 1 - tail;
}

const settings = { gates: backtestGates, periodSeconds: seconds, clumps: 60, minimumRequests: 50 };
const seeds = Array.from({ length: 20 }, (_, index) => index);
const cold: Green = (second) => ({ latency: 1 + 1.5 * Math.exp(-second / 90) });

function decisionsOf(service: Service) {
  return seeds.map((seed) => {
    const periods = recorded(seed, service);
    const { decision, index } = replay({ ...settings, periods });
    return { decision, at: index === undefined ? undefined : periods[index]?.at };
  });
}

describe('datapoints of ten seconds', () => {
  test('green may be cold for as many seconds as with datapoints of a minute', () => {
    expect(decisionsOf({ green: cold }).filter(({ decision }) => decision === 'roll-back')).toEqual([]);
  });

  test('errors that come in clumps within ten seconds are no regression', () => {
    expect(decisionsOf({ clump: 6 }).filter(({ decision }) => decision === 'roll-back')).toEqual([]);
  });

  test('half of the responses failing is found within half a minute', () => {
    for (const { decision, at } of decisionsOf({ green: () => ({ errors: 0.5 }) })) {
      expect(decision).toBe('roll-back');
      expect(at).toBeLessThan(30);
    }
  });

  test('four times the latency is found by the minute', () => {
    for (const { decision, at = Infinity } of decisionsOf({ green: () => ({ latency: 4 }) })) {
      expect(decision).toBe('roll-back');
      expect(at).toBeLessThan(6 * 60);
    }
  });

  test('a look never depends on later datapoints', () => {
    const periods = recorded(3, { green: () => ({ errors: 0.03, latency: 1.6 }) });
    const { index = 0 } = replay({ ...settings, periods });

    expect(replay({ ...settings, periods: periods.slice(0, index + 1) }).index).toBe(index);
    expect(replay({ ...settings, periods: periods.slice(0, index) }).decision).not.toBe('roll-back');
  });
});

describe('byMinute', () => {
  const pace = { periodSeconds: seconds, minuteSeconds: 60 };
  const period = (at: number, blue: Datapoint, weight = 5): PeriodOfBoth => ({ at, weight, blue, green: {} });

  test('counts are added up, and what is half known is left out', () => {
    const ten = [
      period(0, { requests: 10, errors: 1 }),
      period(10, { requests: 20 }),
      period(20, { requests: 0 }),
      period(30, { requests: 5, errors: 2 }),
    ];

    expect(byMinute(errorRate, ten, pace).periods).toEqual([period(0, { requests: 15, errors: 3 })]);
  });

  test('of percentiles the median counts, and the requests behind them are added up', () => {
    const ten = [0, 10, 20].map((at) => period(at, { requests: 10, latencyP95: at === 10 ? 9 : 1 + at / 10 }));

    expect(byMinute(latencyP95, ten, pace).periods).toEqual([period(0, { requests: 30, latencyP95: 3 })]);
  });

  test('a minute is known when it is over, and two weights make two of it', () => {
    const ten = [0, 10, 20, 30, 40, 50, 60].map((at) => period(at, { requests: 1, slow: 0 }, at < 30 ? 5 : 25));
    const { periods, overAt, minuteOf } = byMinute(slowRequests, ten, pace);

    expect(periods.map(({ at, weight }) => [at, weight])).toEqual([
      [0, 5],
      [30, 25],
      [60, 25],
    ]);
    expect([...minuteOf]).toEqual([0, 0, 0, 1, 1, 1, 2]);
    expect([...overAt]).toEqual([-1, -1, -1, 0, 0, 1, 1]);
  });

  test('minutes and longer periods stay as they are', () => {
    const minutes = [period(0, { requests: 1 }), period(60, { requests: 2 })];

    expect(byMinute(errorRate, minutes, { ...pace, periodSeconds: 60 }).periods).toBe(minutes);
    expect(byMinute(errorRate, minutes, { ...pace, periodSeconds: 300 }).periods).toBe(minutes);
  });
});
