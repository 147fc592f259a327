import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MetricRow } from '../../../lib/metrics/source.ts';
import { EmulatedCloudWatch, groups, listener, rule } from './emulated-cloudwatch.ts';

let cloudWatch: EmulatedCloudWatch;

beforeAll(async () => {
  cloudWatch = await EmulatedCloudWatch.begin();
});

afterAll(() => cloudWatch.end());

beforeEach(() => {
  cloudWatch.nextMinute();
});

const secondsOf = (rows: readonly MetricRow[]) => rows.map(({ at }) => at - cloudWatch.start);

describe('from the emulator', () => {
  test('one call answers for both slots, second by second', async () => {
    await cloudWatch.put(
      0,
      groups.blue,
      { MetricName: 'RequestCount', Value: 100 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 100 },
    );
    await cloudWatch.put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_5XX_Count', Value: 3 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 7 },
    );
    await cloudWatch.put(
      1,
      groups.blue,
      { MetricName: 'RequestCount', Value: 90 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 90 },
    );
    await cloudWatch.put(1, groups.green, { MetricName: 'RequestCount', Value: 8 });

    expect(await cloudWatch.read()).toEqual([
      { at: cloudWatch.start, blue: { requests: 100, errors: 0 }, green: { requests: 10, errors: 3 } },
      { at: cloudWatch.start + 1, blue: { requests: 90, errors: 0 }, green: { requests: 8, errors: 8 } },
    ]);
    expect(cloudWatch.calls).toBe(1);
  });

  test('counts that come in several parts are summed, percentiles are over all of them', async () => {
    await cloudWatch.put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 60 },
      { MetricName: 'TargetResponseTime', Values: [0.1, 0.2], Counts: [90, 4] },
    );
    await cloudWatch.put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 40 },
      { MetricName: 'TargetResponseTime', Values: [2], Counts: [6] },
    );
    const [row] = await cloudWatch.read({ metrics: ['requests', 'latencyP95'] });

    expect(row?.green['requests']).toBe(100);
    expect(row?.green['latencyP95']).toBeGreaterThan(1);
    expect(row?.green['latencyP95']).toBeLessThanOrEqual(2);
  });

  test('of hosts the worst moment of a period counts', async () => {
    for (const [healthy, unhealthy] of [
      [2, 0],
      [0, 2],
      [1, 1],
    ] as const) {
      await cloudWatch.put(
        0,
        groups.green,
        { MetricName: 'HealthyHostCount', Value: healthy },
        { MetricName: 'UnHealthyHostCount', Value: unhealthy },
      );
    }

    expect((await cloudWatch.read({ metrics: ['healthyHosts', 'unhealthyHosts'] }))[0]?.green).toEqual({
      healthyHosts: 0,
      unhealthyHosts: 2,
    });
  });

  test('seconds without data have no row, a slot without data says nothing', async () => {
    await cloudWatch.put(
      0,
      groups.blue,
      { MetricName: 'RequestCount', Value: 5 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 5 },
    );
    await cloudWatch.put(3, groups.blue, { MetricName: 'RequestCount', Value: 0 });
    const rows = await cloudWatch.read();

    expect(rows).toEqual([
      { at: cloudWatch.start, blue: { requests: 5, errors: 0 }, green: {} },
      { at: cloudWatch.start + 3, blue: { requests: 0 }, green: {} },
    ]);
  });

  test('no data at all is an empty answer', async () => {
    expect(await cloudWatch.read()).toEqual([]);
  });

  test('answers for the asked time alone', async () => {
    for (const second of [-1, 0, 4, 5])
      await cloudWatch.put(second, groups.blue, { MetricName: 'RequestCount', Value: 1 });

    expect(secondsOf(await cloudWatch.read({ metrics: ['requests'] }))).toEqual([0, 4]);
  });

  test('a request in flight at the end of the asked time is no error where the next second tells its answer', async () => {
    await cloudWatch.put(
      4,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 6 },
    );
    await cloudWatch.put(
      5,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 14 },
    );

    expect(await cloudWatch.read()).toEqual([
      { at: cloudWatch.start + 4, blue: {}, green: { requests: 10, errors: 0 } },
    ]);
  });

  test('longer periods hold the sum of their seconds', async () => {
    await cloudWatch.put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });
    await cloudWatch.put(59, groups.blue, { MetricName: 'RequestCount', Value: 7 });
    const rows = await cloudWatch.read({ metrics: ['requests'], period: 60, to: cloudWatch.start + 60 });

    expect(rows).toEqual([{ at: cloudWatch.start, blue: { requests: 12 }, green: {} }]);
  });

  test('another load balancer in front of the same groups is not counted', async () => {
    await cloudWatch.put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });

    expect(await cloudWatch.read({ routingArn: rule.replace('app/front', 'app/other') })).toEqual([]);
  });

  test('a listener names the load balancer as well as a rule does', async () => {
    await cloudWatch.put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });

    expect(await cloudWatch.read({ routingArn: listener, metrics: ['requests'] })).toHaveLength(1);
  });
});

describe('questions that cannot be answered', () => {
  test.each([
    ['a rule of a Network Load Balancer', { routingArn: rule.replace('app/', 'net/') }, 'Application Load Balancer'],
    ['no ARN', { routingArn: 'web' }, 'web is no listener or rule'],
    ['an unknown metric', { metrics: ['disk'] }, 'metric disk, which is unknown'],
  ])('%s', async (_, changes, reason) => {
    await expect(cloudWatch.read(changes)).rejects.toThrow(reason);
    expect(cloudWatch.calls).toBe(0);
  });
});
