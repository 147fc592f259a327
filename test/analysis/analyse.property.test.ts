import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { analyse, rolloutJudge } from '../../lib/analysis/analyse.ts';
import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { strengthRows } from '../../lib/analysis/strength-rows.ts';
import { backtestGates, lookAfter, settings } from './minutes.ts';

const count = fc.oneof(
  fc.nat(500),
  fc.constantFrom(0, 1, 1e6, 1e12, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, -1, Number.NaN, Infinity),
);
const datapoint: fc.Arbitrary<Datapoint> = fc
  .dictionary(fc.constantFrom('requests', 'errors', 'slow', 'latencyP95', 'unhealthyHosts'), count, { maxKeys: 5 })
  .map((point) => ({ ...point }));

/** Rollouts with zero, huge, missing and inconsistent counts. */
const rollout: fc.Arbitrary<readonly PeriodOfBoth[]> = fc
  .tuple(fc.nat(20), fc.array(fc.tuple(fc.constantFrom(5, 25, 50, 100), datapoint, datapoint), { maxLength: 40 }))
  .map(([history, minutes]) =>
    minutes.map(([weight, blue, green], index) => ({
      at: (index - history) * 60,
      weight: index < history ? 0 : weight,
      blue,
      green: index < history ? {} : green,
    })),
  );

describe('analyse, for any counts', () => {
  test('gives a verdict with finite numbers and a sentence, and never throws', () => {
    fc.assert(
      fc.property(rollout, (periods) => {
        const { verdict, reason, gates } = analyse(lookAfter(periods));

        expect(['pass', 'hold', 'fail']).toContain(verdict);
        expect(reason).not.toMatch(/NaN|undefined|Infinity/);
        for (const { sure, requests, green, blue, reason: sentence } of gates) {
          expect(sure ?? 0).toBeGreaterThanOrEqual(0);
          expect(sure ?? 0).toBeLessThanOrEqual(1);
          for (const value of [requests, green ?? 0, blue ?? 0]) expect(value).not.toBeNaN();
          expect(sentence).not.toMatch(/NaN|undefined/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a look never depends on periods after it', () => {
    fc.assert(
      fc.property(rollout, fc.nat(), (periods, cut) => {
        const to = periods.length === 0 ? -1 : cut % periods.length;
        const judge = rolloutJudge({ ...settings, gates: backtestGates, periods });
        const known = rolloutJudge({ ...settings, gates: backtestGates, periods: periods.slice(0, to + 1) });

        expect(judge.look({ from: 0, to })).toEqual(known.look({ from: 0, to }));
      }),
      { numRuns: 300 },
    );
  });

  test('what green is held against at 100 % plays no part before it', () => {
    const minute = (at: number, weight: number, blue: number | undefined, green: number): PeriodOfBoth => ({
      at: at * 60,
      weight,
      blue: blue === undefined ? {} : { requests: 50, latencyP95: blue },
      green: { requests: 50, errors: 0, slow: 0, latencyP95: green },
    });
    const periods = [minute(-1, 0, 4, 0), minute(0, 5, undefined, 3), minute(1, 100, undefined, 3)];
    const gates = backtestGates.filter(({ name }) => name === 'latency-p95').map((gate) => ({ ...gate, warmUp: 0 }));

    expect(rolloutJudge({ ...settings, gates, periods }).look({ from: 1, to: 1 })).toMatchObject({
      gates: [{ outcome: 'hold', reason: 'P95 3 s, 50 requests, beyond the pass limit of 2 s' }],
    });
  });

  test('inconsistent counts weigh as much as missing ones: nothing', () => {
    fc.assert(
      fc.property(rollout, (periods) => {
        const isPossible = ({ requests, errors }: Datapoint) =>
          requests !== undefined &&
          errors !== undefined &&
          errors >= 0 &&
          errors <= requests &&
          Number.isFinite(requests);
        const strip = (point: Datapoint): Datapoint => (isPossible(point) ? point : { ...point, errors: Number.NaN });
        const stripped = periods.map((period) => ({ ...period, green: strip(period.green), blue: strip(period.blue) }));
        const [errors] = analyse(lookAfter(periods)).gates;
        const [same] = analyse(lookAfter(stripped)).gates;
        // No requests and no errors counts as zero of zero, with or without the key.
        fc.pre(periods.every(({ green, blue }) => green['requests'] !== 0 && blue['requests'] !== 0));

        expect(same).toEqual(errors);
      }),
      { numRuns: 300 },
    );
  });

  test('every gate has a row for each period of the rollout', () => {
    fc.assert(
      fc.property(rollout, (periods) => {
        const rows = strengthRows({ ...settings, gates: backtestGates, periods });

        expect(rows).toHaveLength(backtestGates.length * periods.filter(({ weight }) => weight > 0).length);
      }),
      { numRuns: 50 },
    );
  });
});
