import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ModifyRuleCommand, CreateRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { eventually } from '../setup/eventually.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  named,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';
import { registerHealthy, startStub, type StubTarget } from './stub-target.ts';
import { sendMany } from './traffic.ts';

const put = z.object({
  Namespace: z.string(),
  MetricData: z.array(
    z.object({
      MetricName: z.string(),
      Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
      Timestamp: z.number(),
      StorageResolution: z.number(),
      Unit: z.string(),
      Value: z.number().optional(),
      Values: z.array(z.number()).optional(),
      Counts: z.array(z.number()).optional(),
    }),
  ),
});
type Datum = z.output<typeof put>['MetricData'][number] & { readonly namespace: string; readonly receivedAt: number };

/** A CloudWatch that keeps what it is sent, and can be told to fail. */
interface Receiver {
  readonly endpoint: string;
  readonly data: Datum[];
  failNext: number;
  stop(): void;
}

async function startReceiver(): Promise<Receiver> {
  const data: Datum[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (receiver.failNext > 0) {
        receiver.failNext -= 1;
        response
          .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
          .end('{"__type":"InvalidParameterValue","message":"not now"}');
        return;
      }
      const { Namespace, MetricData } = put.parse(JSON.parse(body));
      data.push(...MetricData.map((datum) => ({ ...datum, namespace: Namespace, receivedAt: Date.now() })));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no TCP address');
  const receiver: Receiver = {
    endpoint: `http://127.0.0.1:${address.port}`,
    data,
    failNext: 0,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}

let receiver: Receiver;
let under: FleetUnderTest;
let blue: string;
let green: string;
let listener: { arn: string; url: string };
let rule: string;
let stubs: StubTarget[];
const period = 0.2;

beforeEach(async () => {
  receiver = await startReceiver();
  under = await startTestFleet({
    cloudWatchEndpoint: receiver.endpoint,
    metricsPeriodSeconds: period,
    slowSeconds: [0.1, 5],
  });
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  listener = await createListener(under, await createLoadBalancer(under), forward([blue, 1], [green, 1]));
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
      Actions: [forward([blue, 1], [green, 0])],
    }),
  );
  rule = named(Rules?.[0]?.RuleArn);
  // Answers with the status that the path names, slowly where it says so.
  const byPath: Parameters<typeof startStub>[0] = (request, response, socket) => {
    const [, status, pace] = (request.url ?? '').split('/');
    if (status === 'break') socket.destroy();
    else setTimeout(() => response.writeHead(Number(status)).end(), pace === 'slow' ? 150 : 0);
  };
  stubs = [await startStub(byPath), await startStub(byPath)];
  await registerHealthy(under, blue, named(stubs[0]));
  await registerHealthy(under, green, named(stubs[1]));
});

afterEach(async () => {
  await under.stop();
  receiver.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

/** `targetgroup/blue/0123456789abcdef` of an ARN. */
function dimensionOf(group: string): string {
  return group.split(':').at(-1) ?? '';
}

function series(metric: string, group?: string): Datum[] {
  return receiver.data.filter(
    ({ MetricName, Dimensions }) =>
      MetricName === metric &&
      Dimensions.find(({ Name }) => Name === 'TargetGroup')?.Value ===
        (group === undefined ? undefined : dimensionOf(group)),
  );
}

function sum(data: readonly Datum[]): number {
  return data.reduce(
    (total, { Value, Counts }) => total + (Value ?? (Counts ?? []).reduce((counts, count) => counts + count, 0)),
    0,
  );
}

async function publishedRequests(count: number): Promise<void> {
  await eventually(`${count} requests are published`, () => sum(series('RequestCount')) >= count);
}

describe('published metrics', () => {
  test('match what was sent, by target group, class and response time', async () => {
    await sendMany(listener.url, 40, 8, { path: '/200' });
    await sendMany(listener.url, 5, 5, { path: '/404' });
    await sendMany(listener.url, 6, 6, { path: '/500' });
    await sendMany(listener.url, 3, 3, { path: '/200/slow' });
    await publishedRequests(54);

    expect(sum(series('RequestCount', blue))).toBe(54);
    expect(sum(series('HTTPCode_Target_2XX_Count', blue))).toBe(43);
    expect(sum(series('HTTPCode_Target_4XX_Count', blue))).toBe(5);
    expect(sum(series('HTTPCode_Target_5XX_Count', blue))).toBe(6);
    expect(series('HTTPCode_Target_3XX_Count', blue)).toEqual([]);
    expect(series('HTTPCode_Target_5XX_Count', blue).every(({ Value }) => Value !== 0)).toBe(true);
    const times = series('TargetResponseTime', blue);
    expect(sum(times)).toBe(54);
    expect(times.flatMap(({ Values }) => Values ?? []).filter((seconds) => seconds > 0.1 && seconds < 1)).not.toEqual(
      [],
    );
    expect(sum(series('RequestCount', green))).toBe(0);
  });

  test('carry the names and dimensions of AWS, a resolution of one second, and the start of a period that is over', async () => {
    await sendMany(listener.url, 3, 1, { path: '/200' });
    await publishedRequests(3);
    const [datum] = series('RequestCount', blue).filter(({ Value }) => Value !== 0);

    expect(datum).toMatchObject({
      namespace: 'AWS/ApplicationELB',
      StorageResolution: 1,
      Unit: 'Count',
      Dimensions: [
        { Name: 'LoadBalancer', Value: expect.stringMatching(/^app\/front\/[0-9a-f]{16}$/) },
        { Name: 'TargetGroup', Value: dimensionOf(blue) },
      ],
    });
    const start = (datum?.Timestamp ?? 0) * 1000;
    expect(Math.round(start) % (period * 1000)).toBe(0);
    expect(datum?.receivedAt).toBeGreaterThanOrEqual(start + period * 1000);
    const starts = series('RequestCount').map(({ Timestamp }) => Timestamp);
    expect(new Set(starts).size).toBe(starts.length);
  });

  test('count what the balancer answers itself apart: 502 has a target group, but no target response', async () => {
    await sendMany(listener.url, 4, 1, { method: 'POST', path: '/break' });
    await publishedRequests(4);

    expect(sum(series('HTTPCode_ELB_502_Count'))).toBe(4);
    expect(sum(series('HTTPCode_ELB_5XX_Count'))).toBe(4);
    expect(sum(series('RequestCount', blue))).toBe(4);
    expect(series('HTTPCode_Target_5XX_Count', blue)).toEqual([]);
  });

  test('leave requests for which no target could be chosen out of RequestCount', async () => {
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([blue, 0], [green, 0])] }));
    await sendMany(listener.url, 7, 1, { path: '/200' });
    await eventually('they are published', () => sum(series('HTTPCode_ELB_503_Count')) === 7);

    expect(sum(series('RequestCount'))).toBe(0);
    expect(sum(series('RequestCount', blue))).toBe(0);
  });

  test('count slow requests for each threshold in a namespace of their own', async () => {
    await sendMany(listener.url, 4, 4, { path: '/200/slow' });
    await sendMany(listener.url, 4, 4, { path: '/200' });
    await publishedRequests(8);
    await eventually(
      'slow ones are published',
      () => series('SlowRequestCount', blue).length > 0 && sum(series('SlowRequestCount', blue)) >= 4,
    );
    const slow = series('SlowRequestCount', blue);
    const over = (threshold: string) =>
      sum(
        slow.filter(({ Dimensions }) =>
          Dimensions.some(({ Name, Value }) => Name === 'ThresholdSeconds' && Value === threshold),
        ),
      );

    expect(new Set(slow.map(({ namespace }) => namespace))).toEqual(new Set(['Sluice/Local']));
    expect([over('0.1'), over('5')]).toEqual([4, 0]);
    // The first threshold's also as a spec's `slowRequests.metric` asks for it.
    expect(sum(slow.filter(({ Dimensions }) => Dimensions.length === 2))).toBe(4);
  });

  test('tell healthy and unhealthy hosts, also without traffic', async () => {
    await eventually('blue is healthy', () => series('HealthyHostCount', blue).at(-1)?.Value === 1);
    named(stubs[0]).healthStatus = 500;
    await eventually(
      'blue is unhealthy',
      () =>
        series('UnHealthyHostCount', blue).at(-1)?.Value === 1 && series('HealthyHostCount', blue).at(-1)?.Value === 0,
    );

    expect(series('RequestCount')).toEqual([]);
    expect(series('HealthyHostCount', green).at(-1)?.Value).toBe(1);
  });

  test('are tried again where CloudWatch refuses them, and arrive once', async () => {
    receiver.failNext = 2;
    await sendMany(listener.url, 10, 2, { path: '/200' });
    await publishedRequests(10);

    expect(sum(series('RequestCount', blue))).toBe(10);
  });

  test('come late when they are told to, under the time at which they were counted', async () => {
    await fetch(`${under.fleet.endpoint}/_fleet/misbehave`, {
      method: 'POST',
      body: JSON.stringify({ fault: 'late-metrics', delaySeconds: 1 }),
    });
    await sendMany(listener.url, 2, 1, { path: '/200' });
    await publishedRequests(2);
    const [datum] = series('RequestCount', blue).filter(({ Value }) => Value !== 0);

    expect(named(datum).receivedAt - named(datum).Timestamp * 1000).toBeGreaterThanOrEqual(1000 + period * 1000);
  });
});
