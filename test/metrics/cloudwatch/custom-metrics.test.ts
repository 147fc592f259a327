import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { customQueries } from '../../../lib/metrics/cloudwatch/custom-metrics.ts';
import type { CloudWatchSlotMetric as SlotMetric } from '../../../lib/metrics/cloudwatch/shape/shape.ts';
import { EmulatedCloudWatch, groups } from './emulated-cloudwatch.ts';

let cloudWatch: EmulatedCloudWatch;

beforeAll(async () => {
  cloudWatch = await EmulatedCloudWatch.begin();
});

afterAll(() => cloudWatch.end());

beforeEach(() => {
  cloudWatch.nextMinute();
});

describe("metrics that are not the load balancer's", () => {
  const slotMetric = (name: string, service: string, change: Partial<SlotMetric> = {}): SlotMetric => ({
    provider: 'cloudwatch',
    series: { value: { namespace: 'Shop', name, statistic: 'Sum', dimensions: { Service: service } } },
    expression: undefined,
    factor: 1,
    zeroWhenMissing: false,
    ...change,
  });
  const ofBoth = (name: string, change: Partial<SlotMetric> = {}) => ({
    blue: slotMetric(name, 'web-a', change),
    green: slotMetric(name, 'web-b', change),
  });

  async function publish(namespace: string, MetricName: string, dimensions: Record<string, string>, Value: number) {
    const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value }));
    const Timestamp = new Date(cloudWatch.start * 1000);
    await cloudWatch.client.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName, Value, Dimensions, Timestamp, StorageResolution: 1 }],
      }),
    );
  }

  test("a slot's CPU and memory and the team's own numbers come in the same call", async () => {
    await cloudWatch.put(0, groups.blue, { MetricName: 'RequestCount', Value: 100 });
    for (const [service, cpu, logins] of [
      ['web-a', 41, 90],
      ['web-b', 83.5, 8],
    ] as const) {
      await publish('AWS/ECS', 'CPUUtilization', { ClusterName: 'main', ServiceName: service }, cpu);
      await publish('AWS/ECS', 'MemoryUtilization', { ClusterName: 'main', ServiceName: service }, 60);
      await publish('Shop', 'LoginSucceeded', { Service: service }, logins);
      await publish('Shop', 'PageLoad', { Service: service }, 1500);
    }

    const rows = await cloudWatch.read({
      metrics: ['requests', 'cpu', 'memory', 'logins', 'pageLoad'],
      cluster: 'main',
      services: { blue: 'web-a', green: 'web-b' },
      custom: { logins: ofBoth('LoginSucceeded'), pageLoad: ofBoth('PageLoad', { factor: 0.001 }) },
    });

    expect(rows).toEqual([
      {
        at: cloudWatch.start,
        blue: { requests: 100, cpu: 0.41, memory: 0.6, logins: 90, pageLoad: 1.5 },
        green: { cpu: 0.835, memory: 0.6, logins: 8, pageLoad: 1.5 },
      },
    ]);
    expect(cloudWatch.calls).toBe(1);
  });

  test('nothing is zero where no request came, and only what the spec says is zero where one did', async () => {
    await cloudWatch.put(0, groups.green, { MetricName: 'RequestCount', Value: 5 });
    await cloudWatch.put(0, groups.blue, { MetricName: 'RequestCount', Value: 0 });
    const custom = { strict: ofBoth('A'), lenient: ofBoth('B', { zeroWhenMissing: true }) };

    expect(await cloudWatch.read({ metrics: ['strict', 'lenient'], custom })).toEqual([
      { at: cloudWatch.start, blue: {}, green: { lenient: 0 } },
    ]);
  });

  test('a metric math expression is refused where there is none, and says so', async () => {
    const custom = { hits: ofBoth('Hits', { expression: '100 * value' }) };

    await expect(cloudWatch.read({ metrics: ['hits'], custom })).rejects.toThrow(
      /blue_own_hits: InternalError .*the local AWS has none/,
    );
  });

  test('CPU of a slot without its ECS service is a mistake of the caller', async () => {
    await expect(cloudWatch.read({ metrics: ['cpu'] })).rejects.toThrow('without the ECS service of blue');
    expect(cloudWatch.calls).toBe(0);
  });
});

describe('the query of an expression', () => {
  const series = { namespace: 'Shop', statistic: 'Sum', dimensions: { Service: 'web-b' } };

  test('names its series apart from every other', () => {
    const queries = customQueries(
      'green_own_ratio',
      {
        provider: 'cloudwatch',
        series: { hits: { ...series, name: 'Hits' }, m: { ...series, name: 'Misses' } },
        expression: 'IF(hits > 0, 100 * hits / (hits + m), FILL(m, 0))',
        factor: 0.01,
        zeroWhenMissing: false,
      },
      60,
    );

    expect(queries.map(({ Id, ReturnData }) => [Id, ReturnData])).toEqual([
      ['green_own_ratio_hits', false],
      ['green_own_ratio_m', false],
      ['green_own_ratio', true],
    ]);
    expect(queries.at(-1)?.Expression).toBe(
      'IF(green_own_ratio_hits > 0, 100 * green_own_ratio_hits / (green_own_ratio_hits + green_own_ratio_m), FILL(green_own_ratio_m, 0))',
    );
    for (const { Id } of queries) expect(Id).toMatch(/^[a-z][a-zA-Z0-9_]*$/);
  });
});
