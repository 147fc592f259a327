import {
  CloudWatchClient,
  type GetMetricDataCommandOutput,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { cloudWatchMetricSource } from '../../lib/aws/cloudwatch-metric-source.ts';
import { customQueries } from '../../lib/aws/custom-metrics.ts';
import type { SlotMetric } from '../../lib/spec/metric.ts';
import type { MetricQuestion, MetricRow } from '../../lib/ports/metric-source.ts';
import { startTestEmulator } from './emulator-endpoint.ts';

jest.setTimeout(30_000);

const elb = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';
const hex = '0123456789abcdef';
const loadBalancer = `app/front/${hex}`;
const groups = { blue: `targetgroup/web-a/${hex}`, green: `targetgroup/web-b/${hex}` };
const rule = `${elb}:listener-rule/${loadBalancer}/${hex}/${hex}`;
const listener = `${elb}:listener/${loadBalancer}/${hex}`;

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let client: CloudWatchClient;
let calls = 0;
/** Begins a minute some minutes ago; each test moves on to seconds of its own. */
let start = Math.floor(Date.now() / 60_000) * 60 - 1800;

beforeAll(async () => {
  emulator = await startTestEmulator();
  client = new CloudWatchClient(emulator.client);
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'GetMetricDataCommand') calls += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
});

afterAll(async () => {
  client.destroy();
  await emulator.stop();
});

beforeEach(() => {
  start += 60;
  calls = 0;
});

type Put = Omit<MetricDatum, 'Timestamp' | 'Dimensions' | 'StorageResolution'>;

/** Publishes as the fleet does: high resolution, dimensions in AWS's order. */
async function put(second: number, group: string, ...data: readonly Put[]): Promise<void> {
  const Dimensions = [
    { Name: 'LoadBalancer', Value: loadBalancer },
    { Name: 'TargetGroup', Value: group },
  ];
  const Timestamp = new Date((start + second) * 1000);
  await client.send(
    new PutMetricDataCommand({
      Namespace: 'AWS/ApplicationELB',
      MetricData: data.map((one) => ({ ...one, Timestamp, Dimensions, StorageResolution: 1 })),
    }),
  );
}

const question = (changes: Partial<MetricQuestion> = {}): MetricQuestion => ({
  blueTargetGroup: `${elb}:${groups.blue}`,
  greenTargetGroup: `${elb}:${groups.green}`,
  routingArn: rule,
  metrics: ['requests', 'errors'],
  from: start,
  to: start + 5,
  period: 1,
  ...changes,
});
const read = (changes: Partial<MetricQuestion> = {}): Promise<readonly MetricRow[]> =>
  cloudWatchMetricSource(client).read(question(changes));
const secondsOf = (rows: readonly MetricRow[]) => rows.map(({ at }) => at - start);

describe('from the emulator', () => {
  test('one call answers for both slots, second by second', async () => {
    await put(
      0,
      groups.blue,
      { MetricName: 'RequestCount', Value: 100 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 100 },
    );
    await put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_5XX_Count', Value: 3 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 7 },
    );
    await put(
      1,
      groups.blue,
      { MetricName: 'RequestCount', Value: 90 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 90 },
    );
    await put(1, groups.green, { MetricName: 'RequestCount', Value: 8 });

    expect(await read()).toEqual([
      { at: start, blue: { requests: 100, errors: 0 }, green: { requests: 10, errors: 3 } },
      { at: start + 1, blue: { requests: 90, errors: 0 }, green: { requests: 8, errors: 8 } },
    ]);
    expect(calls).toBe(1);
  });

  test('counts that come in several parts are summed, percentiles are over all of them', async () => {
    await put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 60 },
      { MetricName: 'TargetResponseTime', Values: [0.1, 0.2], Counts: [90, 4] },
    );
    await put(
      0,
      groups.green,
      { MetricName: 'RequestCount', Value: 40 },
      { MetricName: 'TargetResponseTime', Values: [2], Counts: [6] },
    );
    const [row] = await read({ metrics: ['requests', 'latencyP95'] });

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
      await put(
        0,
        groups.green,
        { MetricName: 'HealthyHostCount', Value: healthy },
        { MetricName: 'UnHealthyHostCount', Value: unhealthy },
      );
    }

    expect((await read({ metrics: ['healthyHosts', 'unhealthyHosts'] }))[0]?.green).toEqual({
      healthyHosts: 0,
      unhealthyHosts: 2,
    });
  });

  test('seconds without data have no row, a slot without data says nothing', async () => {
    await put(
      0,
      groups.blue,
      { MetricName: 'RequestCount', Value: 5 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 5 },
    );
    await put(3, groups.blue, { MetricName: 'RequestCount', Value: 0 });
    const rows = await read();

    expect(rows).toEqual([
      { at: start, blue: { requests: 5, errors: 0 }, green: {} },
      { at: start + 3, blue: { requests: 0 }, green: {} },
    ]);
  });

  test('no data at all is an empty answer', async () => {
    expect(await read()).toEqual([]);
  });

  test('answers for the asked time alone', async () => {
    for (const second of [-1, 0, 4, 5]) await put(second, groups.blue, { MetricName: 'RequestCount', Value: 1 });

    expect(secondsOf(await read({ metrics: ['requests'] }))).toEqual([0, 4]);
  });

  test('a request in flight at the end of the asked time is no error where the next second tells its answer', async () => {
    await put(
      4,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 6 },
    );
    await put(
      5,
      groups.green,
      { MetricName: 'RequestCount', Value: 10 },
      { MetricName: 'HTTPCode_Target_2XX_Count', Value: 14 },
    );

    expect(await read()).toEqual([{ at: start + 4, blue: {}, green: { requests: 10, errors: 0 } }]);
  });

  test('longer periods hold the sum of their seconds', async () => {
    await put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });
    await put(59, groups.blue, { MetricName: 'RequestCount', Value: 7 });
    const rows = await read({ metrics: ['requests'], period: 60, to: start + 60 });

    expect(rows).toEqual([{ at: start, blue: { requests: 12 }, green: {} }]);
  });

  test('another load balancer in front of the same groups is not counted', async () => {
    await put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });

    expect(await read({ routingArn: rule.replace('app/front', 'app/other') })).toEqual([]);
  });

  test('a listener names the load balancer as well as a rule does', async () => {
    await put(0, groups.blue, { MetricName: 'RequestCount', Value: 5 });

    expect(await read({ routingArn: listener, metrics: ['requests'] })).toHaveLength(1);
  });
});

describe('questions that cannot be answered', () => {
  test.each([
    ['a rule of a Network Load Balancer', { routingArn: rule.replace('app/', 'net/') }, 'Application Load Balancer'],
    ['no ARN', { routingArn: 'web' }, 'web is no listener or rule'],
    ['an unknown metric', { metrics: ['disk'] }, 'metric disk, which is unknown'],
  ])('%s', async (_, changes, reason) => {
    await expect(read(changes)).rejects.toThrow(reason);
    expect(calls).toBe(0);
  });
});

describe("metrics that are not the load balancer's", () => {
  const slotMetric = (name: string, service: string, change: Partial<SlotMetric> = {}): SlotMetric => ({
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
    const Timestamp = new Date(start * 1000);
    await client.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName, Value, Dimensions, Timestamp, StorageResolution: 1 }],
      }),
    );
  }

  test("a slot's CPU and memory and the team's own numbers come in the same call", async () => {
    await put(0, groups.blue, { MetricName: 'RequestCount', Value: 100 });
    for (const [service, cpu, logins] of [
      ['web-a', 41, 90],
      ['web-b', 83.5, 8],
    ] as const) {
      await publish('AWS/ECS', 'CPUUtilization', { ClusterName: 'main', ServiceName: service }, cpu);
      await publish('AWS/ECS', 'MemoryUtilization', { ClusterName: 'main', ServiceName: service }, 60);
      await publish('Shop', 'LoginSucceeded', { Service: service }, logins);
      await publish('Shop', 'PageLoad', { Service: service }, 1500);
    }

    const rows = await read({
      metrics: ['requests', 'cpu', 'memory', 'logins', 'pageLoad'],
      cluster: 'main',
      blueService: 'web-a',
      greenService: 'web-b',
      custom: { logins: ofBoth('LoginSucceeded'), pageLoad: ofBoth('PageLoad', { factor: 0.001 }) },
    });

    expect(rows).toEqual([
      {
        at: start,
        blue: { requests: 100, cpu: 0.41, memory: 0.6, logins: 90, pageLoad: 1.5 },
        green: { cpu: 0.835, memory: 0.6, logins: 8, pageLoad: 1.5 },
      },
    ]);
    expect(calls).toBe(1);
  });

  test('nothing is zero where no request came, and only what the spec says is zero where one did', async () => {
    await put(0, groups.green, { MetricName: 'RequestCount', Value: 5 });
    await put(0, groups.blue, { MetricName: 'RequestCount', Value: 0 });
    const custom = { strict: ofBoth('A'), lenient: ofBoth('B', { zeroWhenMissing: true }) };

    expect(await read({ metrics: ['strict', 'lenient'], custom })).toEqual([
      { at: start, blue: {}, green: { lenient: 0 } },
    ]);
  });

  test('a metric math expression is refused where there is none, and says so', async () => {
    const custom = { hits: ofBoth('Hits', { expression: '100 * value' }) };

    await expect(read({ metrics: ['hits'], custom })).rejects.toThrow(
      /blue_own_hits: InternalError .*the local AWS has none/,
    );
  });

  test('CPU of a slot without its ECS service is a mistake of the caller', async () => {
    await expect(read({ metrics: ['cpu'] })).rejects.toThrow('without the ECS service of blue');
    expect(calls).toBe(0);
  });
});

describe('the query of an expression', () => {
  const series = { namespace: 'Shop', statistic: 'Sum', dimensions: { Service: 'web-b' } };

  test('names its series apart from every other', () => {
    const queries = customQueries(
      'green_own_ratio',
      {
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

describe('what the emulator never answers', () => {
  /** A real client whose answers are given. */
  function answering(...pages: readonly Omit<GetMetricDataCommandOutput, '$metadata'>[]) {
    const given = new CloudWatchClient(emulator.client);
    const tokens: unknown[] = [];
    given.middlewareStack.add(
      () => (args) => {
        tokens.push(Reflect.get(Object(args.input), 'NextToken'));
        const output = { $metadata: {}, ...pages[tokens.length - 1] };
        return Promise.resolve({ output, response: undefined });
      },
      { step: 'initialize' },
    );
    return { source: cloudWatchMetricSource(given), tokens };
  }
  const page = (second: number, token?: string) => ({
    MetricDataResults: [
      { Id: 'blue_requestCount', Timestamps: [new Date((start + second) * 1000)], Values: [second + 1] },
    ],
    ...(token === undefined ? {} : { NextToken: token }),
  });

  test('further pages are fetched and put together', async () => {
    const { source, tokens } = answering(page(0, 'more'), page(1, 'still more'), page(2));

    expect(secondsOf(await source.read(question({ metrics: ['requests'] })))).toEqual([0, 1, 2]);
    expect(tokens).toEqual([undefined, 'more', 'still more']);
  });

  test.each(['InternalError', 'Forbidden'] as const)(
    '%s of one series is an error, not an empty answer',
    async (StatusCode) => {
      const Messages = [{ Code: 'x', Value: 'ask again' }];
      const { source } = answering({ MetricDataResults: [{ Id: 'green_target5xx', StatusCode, Messages }] });

      await expect(source.read(question())).rejects.toThrow(
        `could not answer for green_target5xx: ${StatusCode} ask again`,
      );
    },
  );
});
