import {
  CloudWatchClient,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudWatchFacts } from '../../lib/platform/cloudwatch-facts.ts';
import { ecsClusterFacts } from '../../lib/platform/ecs-cluster-facts.ts';
import { elbBalancerFacts } from '../../lib/drivers/slots/elb-balancer-facts.ts';
import { logGroupFacts } from '../../lib/platform/log-group-facts.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;

beforeAll(async () => {
  emulator = await startTestEmulator();
});

afterAll(() => emulator.stop());

test('alarms have their state, and how many they notify; those that do not exist are left out', async () => {
  const client = new CloudWatchClient(emulator.client);
  const common = { Namespace: 'Test', MetricName: 'm', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 } as const;
  const AlarmActions = ['arn:aws:sns:eu-west-1:000000000000:on-call'];
  for (const [AlarmName, ActionsEnabled] of [
    ['on', true],
    ['off', false],
  ] as const) {
    const alarm = { AlarmName, ActionsEnabled, AlarmActions, Threshold: 1 };
    await client.send(new PutMetricAlarmCommand({ ...common, ...alarm, ComparisonOperator: 'GreaterThanThreshold' }));
    await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'set by a test' }));
  }

  const found = await cloudWatchFacts(client).alarms(['on', 'off', 'gone']);

  expect(found.toSorted((one, other) => one.name.localeCompare(other.name))).toEqual([
    { name: 'off', state: 'OK', reason: 'set by a test', actions: 0 },
    { name: 'on', state: 'OK', reason: 'set by a test', actions: 1 },
  ]);
  client.destroy();
});

test('a dashboard is there or not', async () => {
  const client = new CloudWatchClient(emulator.client);
  await client.send(new PutDashboardCommand({ DashboardName: 'web', DashboardBody: '{"widgets":[]}' }));
  const { hasDashboard } = cloudWatchFacts(client);

  expect([await hasDashboard('web'), await hasDashboard('shop')]).toEqual([true, false]);
  client.destroy();
});

test('a log group has its retention, and one that only begins with the name is another one', async () => {
  const client = new CloudWatchLogsClient(emulator.client);
  for (const logGroupName of ['/ecs/web', '/ecs/for-ever', '/ecs/shop-2'])
    await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new PutRetentionPolicyCommand({ logGroupName: '/ecs/web', retentionInDays: 30 }));
  const { logGroup } = logGroupFacts(client);

  expect(await logGroup('/ecs/web')).toEqual({ name: '/ecs/web', retentionDays: 30 });
  expect(await logGroup('/ecs/for-ever')).toEqual({ name: '/ecs/for-ever', retentionDays: undefined });
  expect(await logGroup('/ecs/shop')).toBeUndefined();
  client.destroy();
});

test('a cluster has its status, and one that is not there has none', async () => {
  const client = new ECSClient(emulator.client);
  await client.send(new CreateClusterCommand({ clusterName: 'main' }));
  const { clusterStatus } = ecsClusterFacts(client);

  expect([await clusterStatus('main'), await clusterStatus('shop')]).toEqual(['ACTIVE', undefined]);
  client.destroy();
});

test('a load balancer is found by its listener, and a target group has its attributes and health check', async () => {
  const client = new ElasticLoadBalancingV2Client(emulator.client);
  const { LoadBalancers = [] } = await client.send(
    new CreateLoadBalancerCommand({ Name: 'main', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const { TargetGroups = [] } = await client.send(
    new CreateTargetGroupCommand({ Name: 'web-a', Protocol: 'HTTP', Port: 80, HealthCheckPath: '/ready' }),
  );
  const group = TargetGroups[0]?.TargetGroupArn ?? '';
  await client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
    }),
  );
  // Of a listener the ARN alone is read.
  const listener = `${LoadBalancers[0]?.LoadBalancerArn?.replace(':loadbalancer/', ':listener/') ?? ''}/0123456789abcdef`;
  const facts = elbBalancerFacts(client);

  expect(await facts.balancer(listener)).toMatchObject({ state: 'active' });
  expect(await facts.targetGroup(group)).toMatchObject({
    attributes: { 'deregistration_delay.timeout_seconds': '30' },
    settings: { Protocol: 'HTTP', HealthCheckPath: '/ready' },
  });
  client.destroy();
});
