import { describe, expect, test } from '@jest/globals';
import { replay } from '../../lib/analysis/replay.ts';
import { backtestGates, defaultWeight, recording, settings } from './minutes.ts';

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
});
