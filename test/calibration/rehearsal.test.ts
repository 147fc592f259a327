import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { healthyRehearsals } from '../../lib/calibration/healthy-rehearsals.ts';
import { ownPast } from '../../lib/calibration/own-minutes.ts';
import { seeded } from '../../lib/calibration/random.ts';
import { beginnings, periodsOf, rehearse, type Stage } from '../../lib/calibration/rehearsal.ts';
import { splitPoint } from '../../lib/calibration/split-point.ts';
import { visibleRegression } from '../../lib/calibration/visible-regression.ts';
import { defaultGates, type SpecGate } from '../../lib/specification/gate.ts';
import { steadyRows } from './past.ts';

const [errorRate] = defaultGates;
const steps = [
  { weight: 10, bake: 900 },
  { weight: 50, bake: 900 },
];

function stageOf(
  kind: Partial<Parameters<typeof steadyRows>[0]> = {},
  gates: readonly SpecGate[] = defaultGates,
): Stage {
  const rows = steadyRows({ minutes: 300, requests: 6000, errorRate: 0.002, ...kind });
  return {
    settings: { gates, minimumRequests: 100, periodSeconds: 60 },
    steps,
    historySeconds: 1800,
    minutes: ownPast(rows, rows.length).minutes,
  };
}

describe('a minute is split', () => {
  const point = fc.nat(100_000).chain((requests) =>
    fc.record({
      requests: fc.constant(requests),
      errors: fc.nat(requests),
      latencyP95: fc.double({ min: 0.001, max: 60, noNaN: true }),
    }),
  );

  test('without a request or an error lost or made up, whatever the weight and the clumps', () => {
    fc.assert(
      fc.property(
        point,
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(),
        (one, weight, clump, seed) => {
          if (errorRate === undefined) return;
          const splitting = [{ gate: errorRate, isCompared: true, clump }];
          const { blue, green } = splitPoint(one, weight / 100, splitting, seeded(seed), undefined);
          const sum = (metric: string) => (blue[metric] ?? Number.NaN) + (green[metric] ?? Number.NaN);

          expect([sum('requests'), sum('errors')]).toEqual([one.requests, one.errors]);
          for (const side of [blue, green]) {
            expect(side['errors']).toBeGreaterThanOrEqual(0);
            expect(side['errors']).toBeLessThanOrEqual(side['requests'] ?? -1);
          }
        },
      ),
    );
  });

  test('at 100 % green has it as it was, and blue nothing', () => {
    if (errorRate === undefined) throw new Error('There is no gate.');
    const one = { requests: 100, errors: 3, cpu: 0.4 };

    expect(splitPoint(one, 1, [{ gate: errorRate, isCompared: true, clump: 2 }], seeded(1), undefined)).toEqual({
      blue: {},
      green: one,
    });
  });
});

describe('rehearsals', () => {
  test('begin over all of the past, and none begins where it is too short', () => {
    const stage = stageOf();

    expect(periodsOf(stage)).toEqual({ past: 30, all: 60 });
    expect(beginnings(stage, 3)).toEqual([0, 120, 240]);
    expect(beginnings({ ...stage, minutes: stage.minutes.slice(0, 59) }, 3)).toEqual([]);
    expect(healthyRehearsals({ ...stage, minutes: stage.minutes.slice(0, 59) }, 3, 1)).toBeUndefined();
  });

  test('have blue alone before, and leave out the minute in which the weight changes', () => {
    const { periods, begins } = rehearse(stageOf(), 0, seeded(1));

    expect(begins).toEqual([30, 44]);
    expect(periods.map(({ weight }) => weight)).toEqual([
      ...Array.from({ length: 30 }, () => 0),
      ...Array.from({ length: 14 }, () => 10),
      ...Array.from({ length: 14 }, () => 50),
    ]);
  });

  test('a version that is like a steady blue is promoted', () => {
    expect(healthyRehearsals(stageOf(), 20, 1)).toEqual({ runs: 20, rolledBack: 0, held: 0, byGate: {} });
  });

  test('a service beyond the pass limit of a gate that compares nothing has its rollouts held', () => {
    const byLimitAlone = defaultGates.map((gate) => (gate === errorRate ? { ...gate, compare: false } : gate));
    const healthy = healthyRehearsals(stageOf({ errorRate: 0.02 }, byLimitAlone), 10, 1);

    expect(healthy).toMatchObject({ rolledBack: 0, byGate: { 'error-rate': { rolledBack: 0 } } });
    expect(healthy?.held).toBeGreaterThan(5);
  });
});

describe('the smallest regression that a step shows', () => {
  const smallest = (requests: number, seed = 1) => {
    if (errorRate === undefined) throw new Error('There is no gate.');
    const stage = stageOf({ requests, seed }, [errorRate]);
    return visibleRegression(stage, { gate: errorRate, usual: 0.002 }, 0, 120, 10, seed);
  };

  test('is named with its size and how soon it is rolled back, in time', () => {
    const visible = smallest(6000);

    expect(visible).toMatchObject({ gate: 'error-rate', step: 0 });
    expect(visible?.value).toBeCloseTo(0.002 * (visible?.ratio ?? 0), 9);
    expect(visible?.minutes).toBeLessThanOrEqual(15);
  });

  test('is never larger with more traffic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 3000 }), fc.nat(1000), (requests, seed) => {
        const [few, many] = [smallest(requests, seed), smallest(requests * 8, seed)];

        expect(many?.ratio ?? Infinity).toBeLessThanOrEqual(few?.ratio ?? Infinity);
      }),
      { numRuns: 4, seed: 1 },
    );
  });

  test('is none where nearly nobody comes', () => {
    expect(smallest(2)).toEqual({ gate: 'error-rate', step: 0 });
  });

  test('of a latency is a multiple of the usual one', () => {
    const [, latency] = defaultGates;
    if (latency === undefined) throw new Error('There is no gate.');
    const visible = visibleRegression(stageOf(), { gate: latency, usual: 0.4 }, 1, 120, 10, 1);

    expect(visible?.ratio).toBeLessThanOrEqual(5);
    expect(visible?.value).toBeCloseTo(0.4 * (visible?.ratio ?? 0), 9);
  });
});
