import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudWatchMetricSource } from '../../lib/metrics/cloudwatch/metric-source.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { EmulatedCloudWatch, groups, rule } from '../metrics/cloudwatch/emulated-cloudwatch.ts';
import { FakeCli } from './cli-harness.ts';

const minutes = 90;
const balancer = 'app/front/0123456789abcdef';
const elb = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';
let cloudWatch: EmulatedCloudWatch;
const cli = new FakeCli();

beforeAll(async () => {
  cloudWatch = await EmulatedCloudWatch.begin();
  const now = Math.floor(Date.now() / 60_000) * 60;
  cli.time = now * 1000;
  await publish(now - 120 - minutes * 60);
  const parsed = parseSpec(spec, 'web.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  await cli.store.putSpec(parsed.spec, 'ada', '2026-03-01T09:00:00.000Z');
  cli.metricSource = cloudWatchMetricSource(cloudWatch.client);
});

afterAll(() => cloudWatch.end());

const spec = `service: web
cluster: main
container: app
image: { repository: shop/web }
slots:
  a: { service: web-a, targetGroup: '${elb}:${groups.blue}' }
  b: { service: web-b, targetGroup: '${elb}:${groups.green}' }
traffic:
  - rule: ${rule}
analysis: { history: 10m }
gates:
  - { name: error-rate, bad: { metric: errors }, total: { metric: requests }, pass: 1%, abort: 5% }
steps:
  - { weight: 20, bake: 10m }
  - { weight: 100, bake: 10m }
`;

/** Slot a serves for half of the time, then a rollout has both for ten minutes, then slot b serves. */
async function publish(from: number): Promise<void> {
  const data = Array.from({ length: minutes }, (_, minute) => {
    const isOfBoth = minute >= 45 && minute < 55;
    const serving = minute < 50 ? groups.blue : groups.green;
    const other = serving === groups.blue ? groups.green : groups.blue;
    const one = (group: string, MetricName: string, Value: number) => ({
      ...{ MetricName, Value, Timestamp: new Date((from + minute * 60) * 1000) },
      Dimensions: [
        { Name: 'LoadBalancer', Value: balancer },
        { Name: 'TargetGroup', Value: group },
      ],
    });
    return [
      one(serving, 'RequestCount', 6000),
      one(serving, 'HTTPCode_Target_2XX_Count', 5990),
      one(serving, 'HTTPCode_Target_5XX_Count', 10),
      ...(isOfBoth ? [one(other, 'RequestCount', 300), one(other, 'HTTPCode_Target_2XX_Count', 300)] : []),
    ];
  });
  await cloudWatch.client.send(new PutMetricDataCommand({ Namespace: 'AWS/ApplicationELB', MetricData: data.flat() }));
}

test('reads what the load balancer published, of whichever slot served, without the minutes of a rollout', async () => {
  const { code, out } = await cli.run('calibrate web --days 1 --runs 5 --json');

  expect(code).toBe(0);
  expect(JSON.parse(out.join(''))).toMatchObject({
    periods: { own: 80, shared: 10, silent: 1350 },
    traffic: { usual: 100 },
    limits: [{ gate: 'error-rate', usual: 0.00166667, beyondPass: 0, beyondAbort: 0 }],
    healthy: { runs: 5, rolledBack: 0, held: 0 },
  });
});
