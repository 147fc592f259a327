/* eslint-disable jest/no-export -- one suite, run on every provider of metrics */
import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import type { Analysis } from '../../lib/analysis/judgement.ts';
import type { MetricQuestion, MetricSource } from '../../lib/metrics/source.ts';
import type { SpecGate } from '../../lib/specification/gate.ts';

/** Minutes of a step; what a provider is given covers them all unless a case says otherwise. */
export const minutes = 15;
const period = 60;

/** What one slot's service did in each minute; `undefined` where nothing was published. */
export interface Published {
  readonly service: string;
  readonly metric: 'Attempted' | 'Failed' | 'Millis';
  readonly values: readonly (number | undefined)[];
}

const every = (value: number | undefined): Published['values'] => Array.from({ length: minutes }, () => value);
const until = (minute: number, value: number): Published['values'] =>
  every(value).map((one, index) => (index < minute ? one : undefined));

function slot(service: string, failed: Published['values'], millis = every(120), all = every(200)) {
  return [
    { service, metric: 'Attempted', values: all },
    { service, metric: 'Failed', values: failed },
    { service, metric: 'Millis', values: millis },
  ] as const;
}

/** Every case of the contract, by service: blue's is always `steady`. */
export const published: readonly Published[] = [
  ...slot('steady', every(1)),
  ...slot('good', every(1)),
  ...slot('bad', every(60)),
  ...slot('broken', every(200)),
  ...slot('slow', every(1), every(4200)),
  ...slot('silent', until(4, 1), until(4, 120), until(4, 200)),
  ...slot('flawless', every(undefined)),
];

/** A provider that has published what the contract says. */
export interface ProviderUnderTest {
  /** All providers in one, as the functions have them; the load balancer counts 200 requests a minute of either slot. */
  readonly source: () => MetricSource;
  /** Start of the first minute, seconds since the epoch. */
  readonly start: () => number;
  /** The question of the provider for some of the three metrics, by the service of each slot. */
  readonly question: (blue: string, green: string, missing: 'no-data' | 'zero') => MetricQuestion;
}

const failures: SpecGate = {
  name: 'failures',
  bad: { metric: 'failed' },
  total: { metric: 'attempted' },
  pass: 0.02,
  abort: 0.1,
};
const latency: SpecGate = { name: 'latency', value: { metric: 'millis' }, unit: 'seconds', pass: 1, abort: 3 };

/** What every provider of metrics must let the analysis see. */
export function metricSourceContract(name: string, provider: ProviderUnderTest): void {
  async function verdictOn(green: string, missing: 'no-data' | 'zero' = 'no-data'): Promise<Analysis> {
    const start = provider.start();
    const rows = await provider.source().read(provider.question('steady', green, missing));
    return analyse({
      periods: rows.map((row) => ({ ...row, weight: 50 })),
      gates: [failures, latency],
      settledUntil: start + minutes * period,
      step: { startedAt: start, endsAt: start + minutes * period, weight: 50 },
      periodSeconds: period,
      minimumRequests: 50,
      alpha: 0.01,
      tolerance: 0.2,
    });
  }

  describe(`${name} keeps the contract`, () => {
    test('a row a minute, of both slots, in order, in the units of the gates', async () => {
      const rows = await provider.source().read(provider.question('steady', 'slow', 'no-data'));

      expect(rows.map(({ at }) => (at - provider.start()) / period)).toEqual(
        Array.from({ length: minutes }, (_, index) => index),
      );
      expect(rows[7]?.blue).toEqual({ requests: 200, attempted: 200, failed: 1, millis: 0.12 });
      expect(rows[7]?.green).toEqual({ requests: 200, attempted: 200, failed: 1, millis: 4.2 });
    });

    test('a good green passes', async () => {
      expect(await verdictOn('good')).toMatchObject({ verdict: 'pass' });
    });

    test('a green that fails more fails, also where nothing succeeds any more', async () => {
      expect(await verdictOn('bad')).toMatchObject({ verdict: 'fail', gate: 'failures' });
      expect(await verdictOn('broken')).toMatchObject({ verdict: 'fail', gate: 'failures' });
    });

    test('a slow green fails', async () => {
      expect(await verdictOn('slow')).toMatchObject({ verdict: 'fail', gate: 'latency' });
    });

    test('a green of which nothing is known is held', async () => {
      expect(await verdictOn('nobody')).toMatchObject({ verdict: 'hold' });
    });

    test('a green that has fallen silent is held: what was said last is not said again', async () => {
      const rows = await provider.source().read(provider.question('steady', 'silent', 'no-data'));

      expect(rows.filter(({ green }) => green['millis'] !== undefined)).toHaveLength(4);
      expect(await verdictOn('silent')).toMatchObject({ verdict: 'hold' });
    });

    test('a count that nobody publishes is zero only where the spec says so', async () => {
      expect(await verdictOn('flawless')).toMatchObject({ verdict: 'hold', gate: 'failures' });
      expect(await verdictOn('flawless', 'zero')).toMatchObject({ verdict: 'pass' });
    });

    test('answers for the asked time alone', async () => {
      const question = provider.question('steady', 'good', 'no-data');
      const from = question.from + 2 * period;
      const rows = await provider.source().read({ ...question, from, to: from + 3 * period });

      expect(rows.map(({ at }) => (at - from) / period)).toEqual([0, 1, 2]);
    });

    test('a question that cannot be answered is no empty answer', async () => {
      const question = provider.question('steady', 'good', 'no-data');

      await expect(provider.source().read({ ...question, routingArn: 'web' })).rejects.toThrow('no listener or rule');
    });
  });
}
