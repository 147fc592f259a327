import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { defaultGates } from '../../lib/specification/gate.ts';

const well: Datapoint = { requests: 10, errors: 0, latencyP95: 0.1, unhealthyHosts: 0, healthyHosts: 1 };

function secondsOf(count: number, green: (second: number) => Datapoint): PeriodOfBoth[] {
  return Array.from({ length: count }, (_, second) => ({
    at: 1000 + second,
    weight: 5,
    blue: { ...well, requests: 190 },
    green: green(second),
  }));
}

function look(periods: readonly PeriodOfBoth[]) {
  const step = { startedAt: 1000, endsAt: 1006, weight: 5 };
  return analyse({ gates: defaultGates, periods, step, periodSeconds: 1, minimumRequests: 50 });
}

describe('analyse', () => {
  test('passes a green that answers well for a bake of six seconds', () => {
    expect(look(secondsOf(6, () => well))).toMatchObject({ verdict: 'pass' });
  });

  test('fails a green of which a quarter of the responses are errors within a few seconds', () => {
    expect(look(secondsOf(5, (s) => ({ ...well, errors: s % 2 === 0 ? 3 : 2 })))).toMatchObject({
      verdict: 'fail',
      gate: 'error-rate',
    });
  });

  test('does not abort on one error of ten requests', () => {
    expect(look(secondsOf(1, () => ({ ...well, errors: 1 })))).toMatchObject({ verdict: 'hold', gate: 'error-rate' });
  });

  test('lets a blip of unhealthy hosts go by', () => {
    expect(look(secondsOf(6, (s) => ({ ...well, unhealthyHosts: s === 2 ? 4 : 0 })))).toMatchObject({
      verdict: 'pass',
    });
  });

  test('fails at once where green has no healthy host', () => {
    expect(look(secondsOf(2, (s) => ({ ...well, healthyHosts: 1 - s })))).toMatchObject({
      verdict: 'fail',
      gate: 'healthy-hosts',
    });
  });

  test.each([
    ['no period at all', []],
    ['periods without a datapoint of green', secondsOf(6, () => ({}))],
    ['too few requests', secondsOf(4, () => well)],
  ])('%s is a hold, never a pass', (_, periods) => {
    expect(look(periods)).toMatchObject({ verdict: 'hold' });
  });

  test.each([
    ['ask', 'ask'],
    ['roll-back', 'roll-back'],
  ] as const)('a late datapoint is held, and ends as the gates say: %s', (afterHold, expected) => {
    const gates = defaultGates.map((gate) => ({ ...gate, afterHold }));
    const step = { startedAt: 1000, endsAt: 1006, weight: 5 };
    const late = { gates, periods: secondsOf(6, () => well), step, periodSeconds: 1, minimumRequests: 50 };

    expect(analyse({ ...late, settledUntil: 1060 })).toMatchObject({ verdict: 'hold', afterHold: expected });
  });

  const withoutBlue = secondsOf(6, () => well).map((period) => ({ ...period, blue: {} }));

  test('a step in which nothing of blue counted is a hold: it still has its share of the traffic', () => {
    expect(look(withoutBlue)).toMatchObject({
      verdict: 'hold',
      gate: 'error-rate',
      reason: 'error-rate: nothing of blue counted in this step to compare green with',
    });
  });

  test.each([
    ['a gate that does not compare', 5, defaultGates.map((gate) => ({ ...gate, compare: false }))],
    ['100 %, where blue has no traffic', 100, defaultGates],
  ])('%s needs nothing of blue', (_, weight, gates) => {
    const periods = withoutBlue.map((period) => ({ ...period, weight }));
    const step = { startedAt: 1000, endsAt: 1006, weight };

    expect(analyse({ gates, periods, step, periodSeconds: 1, minimumRequests: 50 })).toMatchObject({ verdict: 'pass' });
  });
});
