import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { recordedVolumes, stickyClients, webLog } from '../../bench/analysis/arrivals.ts';
import { sluice } from '../../bench/analysis/judges.ts';
import { measure } from '../../bench/analysis/measure.ts';
import { oracle } from '../../bench/analysis/oracle.ts';
import { readOwn } from '../../bench/analysis/own.ts';
import { published, settledAtOnce } from '../../bench/analysis/publication.ts';
import { seeded } from '../../lib/calibration/random.ts';
import { readLog, readNumbers } from '../../bench/analysis/real/read-series.ts';
import { realisedShares } from '../../bench/analysis/realised-weight.ts';
import { requiredSteps } from '../../bench/analysis/schedule.ts';
import { always, shape } from '../../bench/analysis/shape-of.ts';
import { shapes } from '../../bench/analysis/shapes.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';

const real = new URL('../../bench/analysis/real/', import.meta.url);

describe('the real series', () => {
  test('are small, and each is named in the README with its source', () => {
    const files = readdirSync(real).filter((name) => name.endsWith('.txt'));
    const readme = readFileSync(new URL('README.md', real), 'utf8');
    const bytes = files.reduce((sum, name) => sum + statSync(new URL(name, real)).size, 0);

    expect(files.length).toBeGreaterThanOrEqual(8);
    expect(bytes).toBeLessThan(100_000);
    for (const name of files) {
      expect(readme).toContain(name.startsWith('outbound') ? name.slice(-7, -4) : name);
    }
  });

  test('of the log and of volumes are what the traces hold', () => {
    const log = readLog().flat();
    const sum = (of: (entry: (typeof log)[number]) => number) => log.reduce((total, entry) => total + of(entry), 0);

    expect(readLog()).toHaveLength(460);
    // 221 of the log's 30,969 requests failed.
    expect(sum(({ errors }) => errors) / sum(({ requests }) => requests)).toBeCloseTo(0.0071, 2);
    expect(readNumbers('ingress-usual-day.txt')).toHaveLength(1440);
    expect(Math.max(...readNumbers('request-latency.txt'))).toBeGreaterThan(200);
  });

  test('keep every request and failure of the log, however it is split', () => {
    for (const by of ['request', 'client'] as const) {
      const arrivals = webLog(by)(seeded(3), 459);
      const minutes = Array.from({ length: 100 }, (_, minute) => arrivals(minute, 0.25));
      const total = (part: 'requests' | 'errors') =>
        minutes.reduce((sum, { blue, green }) => sum + (blue[part] ?? 0) + (green[part] ?? 0), 0);
      const expected = readLog().slice(0, 100).flat();

      expect(total('requests')).toBe(expected.reduce((sum, { requests }) => sum + requests, 0));
      expect(total('errors')).toBe(expected.reduce((sum, { errors }) => sum + errors, 0));
    }
  });

  test('follow the volume of the recorded day', () => {
    const arrivals = recordedVolumes('ingress-odd-day.txt', 1, 1000)(seeded(1), 1439);
    const found = Array.from({ length: 200 }, (_, minute) => arrivals(minute, 0.5));
    const recorded = readNumbers('ingress-odd-day.txt').slice(0, 200);

    for (const [minute, { blue, green }] of found.entries()) {
      expect((blue.requests + green.requests) / 1000).toBeCloseTo(recorded[minute] ?? 0, -2);
    }
  });
});

describe('sticky clients', () => {
  test('stay on one side: the slots of few clients differ by more than chance', () => {
    const spreadOf = (population: number): number => {
      const shares = Array.from({ length: 12 }, (_, seed) => {
        const { blue, green } = stickyClients(population, 100, 0.01)(seeded(seed), 10)(0, 0.5);
        return green.requests / (green.requests + blue.requests);
      });
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length);
    };

    expect(spreadOf(300)).toBeGreaterThan(2 * spreadOf(8000));
  });
});

describe('realised weights', () => {
  test('are near the steps, never exactly, and none and all stay what they are', () => {
    const shareAt = realisedShares(requiredSteps, seeded(1));

    expect(shareAt(-1)).toBe(0);
    expect(shareAt(10)).not.toBe(0.05);
    expect(shareAt(10)).toBeGreaterThan(0.04);
    expect(shareAt(10)).toBeLessThan(0.06);
    expect(shareAt(80)).toBe(1);
  });

  test('come in late: nodes obey seconds after the rule has changed, now and then into the next minute', () => {
    const lag = (minute: number) =>
      Array.from({ length: 60 }, (_, seed) => realisedShares(requiredSteps, seeded(seed))(minute));

    expect(Math.min(...lag(45))).toBeLessThan(0.35);
    // A step that begins in the last seconds of a minute is obeyed in the next one.
    expect(lag(76).filter((share) => share < 1).length).toBeGreaterThan(0);
    expect(lag(77).filter((share) => share < 1)).toEqual([]);
  });
});

function minutes(count: number): PeriodOfBoth[] {
  return Array.from({ length: count }, (_, minute) => ({
    at: minute * 60,
    weight: minute < 100 ? 0 : 50,
    blue: { requests: 1000, errors: 10, slow: 20, latencyP95: 1 },
    green: { requests: 1000, errors: 10, slow: 20, latencyP95: 1 },
  }));
}

describe('published datapoints', () => {
  test('are now and then too small or missing when they are first read, and whole some evaluations later', () => {
    const periods = minutes(600);
    const { firstRead, readAt } = published(periods, seeded(1));
    const revised = firstRead.flatMap((period, index) => (period === periods[index] ? [] : [index]));

    expect(revised.length).toBeGreaterThan(5);
    expect(revised.length).toBeLessThan(40);
    for (const index of revised) {
      expect(index).toBeGreaterThanOrEqual(100);
      expect(readAt(index)[index]).toBe(firstRead[index]);
      expect(readAt(index + 3)[index]).toBe(periods[index]);
    }
    for (const { blue, green } of firstRead) {
      for (const point of [blue, green]) expect(point['errors'] ?? 0).toBeLessThanOrEqual(point['requests'] ?? 0);
    }
  });

  test('are judged as they were read: a revision is not known before it is there', async () => {
    const { settings } = await readOwn();
    const periods = minutes(140);
    const failing = { requests: 1000, errors: 600, slow: 20, latencyP95: 1 };
    const bad = periods.map((period, index) => (index >= 110 ? { ...period, green: failing } : period));
    const judge = sluice(settings);
    const late = { periods: bad, firstRead: periods, readAt: (index: number) => (index < 113 ? periods : bad) };

    expect(judge(settledAtOnce(bad)).rolledBackAt).toBe(110);
    expect(judge(late).rolledBackAt).toBe(113);
    expect(judge(settledAtOnce(periods))).toEqual({ isHeld: false });
  });
});

describe('the oracle', () => {
  const judges = { oracle: { judgeOf: () => oracle(0.01, 3), scheduleAt: () => requiredSteps } };
  const named = (name: string) => shapes.filter((one) => one.name === name);

  test('finds every large regression, and rolls a healthy green back in about one of a hundred at most', () => {
    const [bad] = measure(shape('3x errors', { healthy: false, ...always({ errors: 3 }) }), judges, 8, 1).judges;
    const [good] = measure(shape('healthy'), judges, 8, 1).judges;

    expect(bad).toMatchObject({ rolledBack: 1 });
    expect(good).toMatchObject({ rolledBack: 0 });
  });

  test('decides after the warm-up where a constant regression is slow responses alone', () => {
    const [four] = named('4x latency, 100/s');
    if (four === undefined) throw new Error('the shape is gone');
    const [found] = measure(four, judges, 5, 1).judges;

    // The first minute has no datapoint, three are the warm-up, and two pass until one has settled.
    expect(found?.minutes).toBeGreaterThanOrEqual(7);
    expect(found?.minutes).toBeLessThan(8.5);
  });

  test('needs to be told the truth', () => {
    expect(() => oracle(0.01, 3)(settledAtOnce(minutes(110)))).toThrow('told the truth');
  });
});
