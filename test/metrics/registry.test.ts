import { describe, expect, test } from '@jest/globals';
import { metricsOfAll } from '../../lib/metrics/registry.ts';
import type { PrometheusSlotMetric } from '../../lib/metrics/prometheus/shape/shape.ts';
import { IncompleteMetrics, type MetricRow, type MetricSource } from '../../lib/metrics/source.ts';
import { questionAt } from './cloudwatch/emulated-cloudwatch.ts';

const metric: PrometheusSlotMetric = {
  provider: 'prometheus',
  query: 'up',
  isCount: true,
  server: { url: 'https://prometheus.example.com' },
  region: 'eu-west-1',
  factor: 1,
  zeroWhenMissing: true,
};
const asked = questionAt(0, { custom: { failed: { blue: metric, green: metric } }, metrics: ['requests', 'failed'] });

const saying = (...rows: readonly MetricRow[]): MetricSource => ({ read: () => Promise.resolve(rows) });
const failing = (reason: string): MetricSource => ({ read: () => Promise.reject(new Error(reason)) });
const ofBalancer = saying(
  { at: 0, blue: { requests: 9 }, green: { requests: 2 } },
  { at: 60, blue: { requests: 8 }, green: { requests: 0 } },
);

describe('metrics of several providers', () => {
  test('are one row a period, in order', async () => {
    const prometheus = saying(
      { at: -60, blue: { failed: 1 }, green: {} },
      { at: 0, blue: { failed: 3 }, green: { failed: 1 } },
    );

    expect(await metricsOfAll({ cloudwatch: ofBalancer, prometheus }).read(asked)).toEqual([
      { at: -60, blue: { failed: 1 }, green: {} },
      { at: 0, blue: { requests: 9, failed: 3 }, green: { requests: 2, failed: 1 } },
      { at: 60, blue: { requests: 8, failed: 0 }, green: { requests: 0 } },
    ]);
  });

  test('a number that is known to be none is not zero', async () => {
    const prometheus = saying({ at: 0, blue: { failed: Number.NaN }, green: { failed: 1 } });
    const [row] = await metricsOfAll({ cloudwatch: ofBalancer, prometheus }).read(asked);

    expect(row).toEqual({ at: 0, blue: { requests: 9 }, green: { requests: 2, failed: 1 } });
  });

  test('only those are asked whose metrics a question has', async () => {
    const prometheus = failing('nobody should ask');
    const rows = await metricsOfAll({ cloudwatch: ofBalancer, prometheus }).read({ ...asked, custom: {} });

    expect(rows).toHaveLength(2);
  });

  test('where one fails, what the load balancer says is handed over with the failure, and nothing is zero', async () => {
    const read = metricsOfAll({ cloudwatch: ofBalancer, prometheus: failing('away') }).read(asked);

    await expect(read).rejects.toThrow(IncompleteMetrics);
    const failure = await read.catch((error: unknown) => error);
    expect(failure).toHaveProperty('message', 'away');
    expect(failure instanceof IncompleteMetrics && failure.rows).toEqual([
      { at: 0, blue: { requests: 9 }, green: { requests: 2 } },
      { at: 60, blue: { requests: 8 }, green: { requests: 0 } },
    ]);
  });

  test('without the load balancer there is no answer', async () => {
    const read = metricsOfAll({ cloudwatch: failing('throttled'), prometheus: saying() }).read(asked);

    await expect(read).rejects.toThrow('throttled');
    await expect(read).rejects.not.toThrow(IncompleteMetrics);
  });
});
