import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import { replay } from '../../lib/analysis/replay.ts';
import { backtestGates, defaultWeight, errorRate, recording, settings } from './minutes.ts';

function replayed(change: Parameters<typeof recording>[0]) {
  const periods = recording({ minutes: 85, weightAt: defaultWeight, ...change });
  const result = replay({ ...settings, gates: backtestGates, periods });
  return { ...result, minute: result.index === undefined ? undefined : (periods[result.index]?.at ?? 0) / 60 };
}

describe('replay', () => {
  test('promotes a green that does as blue does', () => {
    expect(replayed({})).toEqual({ decision: 'promote', reason: 'every gate passes', minute: undefined });
  });

  test('rolls back in the minute whose datapoints decided', () => {
    expect(replayed({ green: (m) => (m >= 20 ? { errors: 750 } : {}) })).toMatchObject({
      decision: 'roll-back',
      minute: 20,
      gate: 'error-rate',
    });
  });

  test('a step that ends in a hold is resolved by a later pass', () => {
    const outage = (minute: number) => (minute >= 13 && minute < 18 ? 0.1 : undefined);
    const hit = (requests: number) => (minute: number) => {
      const share = outage(minute);
      return share === undefined ? {} : { errors: Math.round(requests * share) };
    };

    expect(replayed({ blue: hit(4500), green: hit(300) })).toMatchObject({ decision: 'promote' });
  });

  test('what is still held at the end is held, with the minute from which on', () => {
    const silent = recording({ minutes: 85, weightAt: defaultWeight }).map((period) => ({ ...period, green: {} }));

    expect(replay({ ...settings, gates: backtestGates, periods: silent })).toMatchObject({
      decision: 'hold',
      index: 120 + 14,
      gate: 'error-rate',
    });
  });

  test('a record of history alone decides nothing', () => {
    expect(replay({ ...settings, gates: backtestGates, periods: recording({ minutes: 0 }) })).toMatchObject({
      decision: 'hold',
      reason: 'green never had traffic',
    });
  });

  test('finds a regression that begins under load', () => {
    const worse = (_: number, weight: number) => (weight >= 50 ? { errors: 60 } : {});

    expect(replayed({ green: worse })).toMatchObject({ decision: 'roll-back', minute: 47 });
  });

  /** 200 requests a minute: green gets 10 at 5 %, 50 at 25 %. */
  const quiet = (weights: readonly (readonly [number, number])[], minimumRequests: number) => {
    const minutes = weights.flatMap(([weight, count]) => Array.from({ length: count }, () => weight));
    const periods = recording({ minutes: minutes.length, weightAt: (minute) => minutes[minute] ?? 0, traffic: 200 });
    return { ...settings, minimumRequests, gates: [errorRate], periods };
  };

  test('counts the requests of a step since its weight began', () => {
    const promoted = { decision: 'promote' };

    expect(
      replay(
        quiet(
          [
            [5, 30],
            [25, 7],
          ],
          360,
        ),
      ),
    ).toMatchObject({ decision: 'hold', index: 120 + 29 });
    expect(
      replay(
        quiet(
          [
            [5, 30],
            [25, 7],
          ],
          290,
        ),
      ),
    ).toMatchObject(promoted);
    expect(
      replay(
        quiet(
          [
            [5, 30],
            [25, 4],
          ],
          290,
        ),
      ),
    ).toMatchObject({ decision: 'hold', index: 120 + 33 });
    expect(
      replay(
        quiet(
          [
            [5, 30],
            [0, 5],
            [5, 15],
          ],
          290,
        ),
      ),
    ).toMatchObject({ decision: 'hold', index: 120 + 49 });
    expect(
      replay(
        quiet(
          [
            [5, 30],
            [0, 5],
            [5, 30],
          ],
          290,
        ),
      ),
    ).toMatchObject(promoted);
  });

  test('decides in each period as a live rollout does', () => {
    const input = quiet(
      [
        [5, 30],
        [25, 4],
        [50, 3],
        [100, 2],
      ],
      180,
    );
    const begins: Record<number, number> = { 5: 0, 25: 30, 50: 34, 100: 37 };
    const live = input.periods.flatMap((period, index) => {
      if (period.weight === 0) return [];
      const step = { startedAt: (begins[period.weight] ?? 0) * 60, endsAt: Infinity, weight: period.weight };
      return [analyse({ ...input, periods: input.periods.slice(0, index + 1), step }).verdict];
    });
    const last = (from: number, to: number) => live.slice(from, to).at(-1);

    expect([last(0, 30), last(30, 34), last(34, 37), last(37, 39)]).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(live.slice(30, 33)).toContain('hold');
    expect(replay(input)).toEqual({ decision: 'promote', reason: 'every gate passes' });
  });
});
