import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { digestOf } from '../../examples/web/versions.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  forward,
  isSteady,
  named,
  registerVersion,
  serviceWhere,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';

let under: FleetUnderTest;
let group: string;
let url: string;

beforeEach(async () => {
  under = await startTestFleet();
  group = await createGroup(under, 'web');
  ({ url } = await createListener(under, await createLoadBalancer(under), forward([group, 1])));
});

afterEach(async () => {
  await under.stop();
});

describe('a service', () => {
  test('runs its image as real processes behind the load balancer', async () => {
    await createService(under, 'web', group, 'one', 2);
    const service = await serviceWhere(under, 'web', isSteady);

    expect(service).toMatchObject({ runningCount: 2, pendingCount: 0, desiredCount: 2, status: 'ACTIVE' });
    expect(service.deployments?.[0]?.id).toMatch(/^ecs-svc\/\d{19}$/);
    const answer = await fetch(url);
    expect(await answer.json()).toMatchObject({ version: 'one' });

    const { taskArns } = await under.ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
    const { tasks } = await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: named(taskArns) }));
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toMatchObject({ lastStatus: 'RUNNING', startedBy: service.deployments?.[0]?.id });
    expect(tasks?.[0]?.containers?.[0]).toMatchObject({
      image: 'registry.test/web:one',
      imageDigest: digestOf('one'),
      lastStatus: 'RUNNING',
    });
  });

  test('moves to a new task definition by a new deployment, the old one active until it is drained', async () => {
    await createService(under, 'web', group, 'one', 1);
    const before = await serviceWhere(under, 'web', isSteady);

    const { service } = await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: await registerVersion(under, 'two') }),
    );

    expect(service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState])).toEqual([
      ['PRIMARY', 'IN_PROGRESS'],
      ['ACTIVE', 'COMPLETED'],
    ]);
    const after = await serviceWhere(under, 'web', isSteady);
    expect(after.deployments?.[0]?.id).toBe(service?.deployments?.[0]?.id);
    expect(after.deployments?.[0]?.id).not.toBe(before.deployments?.[0]?.id);
    expect(await (await fetch(url)).json()).toMatchObject({ version: 'two' });
  });
});
