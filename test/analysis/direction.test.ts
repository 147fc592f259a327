import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { analyse } from '../../lib/analysis/analyse.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { SpecGate } from '../../lib/specification/gate.ts';
import { errorRate, lookAfter, recording } from './minutes.ts';

const successRate: SpecGate = {
  name: 'success-rate',
  good: { metric: 'fine' },
  total: { metric: 'requests' },
  pass: 0.99,
  abort: 0.95,
};

/** Adds to each datapoint what counts from the other side. */
function fromBothSides(periods: readonly PeriodOfBoth[]): PeriodOfBoth[] {
  const turned = (point: Datapoint): Datapoint => {
    const { requests, errors } = point;
    return requests === undefined || errors === undefined ? point : { ...point, fine: requests - errors };
  };
  return periods.map((period) => ({ ...period, blue: turned(period.blue), green: turned(period.green) }));
}

const look = (periods: readonly PeriodOfBoth[], ...gates: readonly SpecGate[]) =>
  analyse(lookAfter(periods, { gates }));
const judged = (periods: readonly PeriodOfBoth[], gate: SpecGate) => {
  const [first] = look(periods, gate).gates;
  if (first === undefined) throw new Error('There is no judgement.');
  return first;
};

describe('a success of attempts', () => {
  test('is judged exactly as the failures that it leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 100 }), (minutes, promille) => {
        const green = () => ({ errors: Math.round(300 * (promille / 1000)) });
        const periods = fromBothSides(recording({ minutes, green }));
        const [ofErrors, ofSuccess] = [judged(periods, errorRate), judged(periods, successRate)];

        expect(ofSuccess.outcome).toBe(ofErrors.outcome);
        expect(ofSuccess.sure).toBe(ofErrors.sure);
        expect(ofSuccess.green).toBeCloseTo(1 - (ofErrors.green ?? Number.NaN), 9);
      }),
      { numRuns: 60 },
    );
  });

  test('is shown as it was written, with its direction', () => {
    const periods = fromBothSides(recording({ minutes: 10, green: () => ({ errors: 60 }) }));
    const { outcome, pass, abort, unit, better, reason } = judged(periods, successRate);

    expect({ outcome, pass, abort, unit, better }).toEqual({
      outcome: 'fail',
      pass: 0.99,
      abort: 0.95,
      unit: 'share',
      better: 'higher',
    });
    expect(reason).toMatch(
      /^fine 80 % against 99.8 % of blue, 3,000 requests, beyond the abort limit of 95 %; a version within it looks this bad in .+ rollouts$/,
    );
  });

  test('without a count of successes is no data, not a failure and never a pass', () => {
    expect(judged(recording(), successRate).outcome).toBe('hold');
  });

  test('with more successes than attempts is a broken datapoint', () => {
    const periods = recording({ green: () => ({ fine: 10_000 }), blue: () => ({ fine: 10 }) });

    expect(judged(periods, successRate).outcome).toBe('hold');
  });

  test('needs its own fewest attempts, and calls them by their name', () => {
    const rare: SpecGate = { ...successRate, total: { metric: 'logins' }, minimumRequests: 20 };
    const slot = (logins: number) => () => ({ logins, fine: logins });
    const few = recording({ minutes: 3, green: slot(3), blue: slot(60) });
    const enough = recording({ minutes: 15, green: slot(3), blue: slot(60) });

    expect(judged(few, rare)).toMatchObject({
      outcome: 'hold',
      reason: 'success-rate: green had only 9 logins in this step, 20 are needed',
    });
    expect(judged(enough, rare).outcome).toBe('pass');
  });
});

describe('a value that is better when higher', () => {
  const hits: SpecGate = {
    name: 'hits',
    value: { metric: 'hits' },
    better: 'higher',
    unit: 'share',
    pass: 0.8,
    abort: 0.5,
  };
  const after = (...values: readonly (number | undefined)[]) =>
    judged(
      recording({
        minutes: values.length,
        green: (minute) => (values[minute] === undefined ? {} : { hits: values[minute] ?? 0 }),
        blue: () => ({ hits: 0.9 }),
      }),
      hits,
    );

  test.each([
    ['above the floor to pass', [0.9, 0.85, 0.9], 'pass'],
    ['between the floors', [0.7, 0.7, 0.7], 'hold'],
    ['under the floor to abort for three periods', [0.4, 0.3, 0.4], 'fail'],
    ['nothing at all for three periods', [0, 0, 0], 'fail'],
    ['under it for a moment', [0.9, 0.9, 0.9, 0.1, 0.9], 'pass'],
    ['not known', [undefined, undefined, undefined], 'hold'],
  ])('%s', (_, values, outcome) => {
    expect(after(...values).outcome).toBe(outcome);
  });

  test('is told as it was measured', () => {
    expect(after(0.4, 0.25, 0.4)).toMatchObject({
      pass: 0.8,
      abort: 0.5,
      green: 0.4,
      blue: 0.9,
      unit: 'share',
      better: 'higher',
    });
    expect(after(0.4, 0.25, 0.4).reason).toBe(
      'hits 40 % against 90 % of blue for 3 periods, beyond the abort limit of 50 %',
    );
  });
});

describe('a value that is summed up', () => {
  const healthChecks: SpecGate = {
    name: 'health-checks',
    value: { metric: 'unhealthyHosts' },
    sumOver: 600,
    pass: 3,
    abort: 3,
  };
  const after = (...unhealthy: readonly number[]) =>
    judged(
      recording({ minutes: unhealthy.length, green: (minute) => ({ unhealthyHosts: unhealthy[minute] ?? 0 }) }),
      healthChecks,
    );

  test('fails at once where health checks failed more than 3 times, however far apart', () => {
    expect(after(1, 0, 1, 0, 1)).toMatchObject({ outcome: 'pass', green: 3 });
    expect(after(1, 0, 1, 0, 1, 0, 1)).toMatchObject({
      outcome: 'fail',
      green: 4,
      reason: 'unhealthy hosts 4 against 0 of blue in 600 s, beyond the abort limit of 3',
    });
  });

  test('forgets what is longer ago', () => {
    expect(after(3, ...Array.from({ length: 10 }, () => 0), 3)).toMatchObject({ outcome: 'pass', green: 3 });
  });
});

describe('CPU and memory', () => {
  const cpu: SpecGate = { name: 'cpu', value: { metric: 'cpu' }, unit: 'share', pass: 0.8, abort: 0.95 };
  const after = (minutes: number, share: number) =>
    judged(recording({ minutes, green: () => ({ cpu: share }), blue: () => ({ cpu: 0.4 }) }), cpu);

  test('are not judged while green warms up, and not held against blue afterwards', () => {
    expect(after(3, 0.99)).toMatchObject({ outcome: 'hold' });
    expect(after(6, 0.7)).toMatchObject({ outcome: 'pass', reason: 'CPU 70 % against 40 % of blue' });
  });

  test('beyond the abort limit for some periods fail', () => {
    expect(after(8, 0.99)).toMatchObject({ outcome: 'fail' });
  });
});
