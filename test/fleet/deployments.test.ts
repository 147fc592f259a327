import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteServiceCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
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

  test('keeps its deployment when only its count changes', async () => {
    await createService(under, 'web', group, 'one', 1);
    const before = await serviceWhere(under, 'web', isSteady);
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 2 }));
    const after = await serviceWhere(under, 'web', ({ runningCount }) => runningCount === 2);

    expect(after.deployments?.map(({ id }) => id)).toEqual(before.deployments?.map(({ id }) => id));
    expect(after.deployments?.[0]).toMatchObject({ desiredCount: 2, rolloutState: 'COMPLETED' });
  });

  test('begins a deployment of the same task definition when it is forced to', async () => {
    await createService(under, 'web', group, 'one', 1);
    const before = await serviceWhere(under, 'web', isSteady);
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }));
    const after = await serviceWhere(under, 'web', isSteady);

    expect(after.deployments?.[0]?.id).not.toBe(before.deployments?.[0]?.id);
    expect(after.taskDefinition).toBe(before.taskDefinition);
  });

  test('without a task completes its deployment at once, and is gone after it was deleted', async () => {
    await createService(under, 'web', group, 'one', 0);
    await serviceWhere(under, 'web', isSteady);
    await under.ecs.send(new DeleteServiceCommand({ cluster, service: 'web' }));

    expect((await serviceWhere(under, 'web', ({ status }) => status === 'INACTIVE')).desiredCount).toBe(0);
  });

  test('replaces a task that somebody stops', async () => {
    await createService(under, 'web', group, 'one', 1);
    await serviceWhere(under, 'web', isSteady);
    const { taskArns: [first] = [] } = await under.ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
    await under.ecs.send(new StopTaskCommand({ cluster, task: named(first), reason: 'because' }));
    await serviceWhere(under, 'web', ({ runningCount }) => runningCount === 1);
    const { taskArns: [second] = [] } = await under.ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
    const { tasks } = await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: [named(first)] }));

    expect(second).not.toBe(first);
    expect(tasks?.[0]).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'because' });
  });
});

describe('a deployment fails by the circuit breaker', () => {
  async function failedBy(tag: string, graceSeconds: number): Promise<Service> {
    await createService(under, 'web', group, tag, 1, graceSeconds);
    return serviceWhere(under, 'web', ({ deployments }) => deployments?.[0]?.rolloutState === 'FAILED');
  }

  async function stoppedTask(): Promise<Task | undefined> {
    const { taskArns } = await under.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }));
    const { tasks } = await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: named(taskArns) }));
    return tasks?.[0];
  }

  test.each([
    ['crash', 'crashing', { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] }],
    [
      'have no image',
      'nonexistent',
      { stopCode: 'TaskFailedToStart', stoppedReason: expect.stringMatching(/^CannotPullContainerError/) },
    ],
    [
      'are not healthy',
      'unhealthy',
      { stoppedReason: expect.stringMatching(/^Task failed ELB health checks in \(target-group /) },
    ],
  ])('where tasks %s', async (_, tag, seen) => {
    const service = await failedBy(tag, tag === 'unhealthy' ? 0 : 20);

    expect(service.deployments?.[0]).toMatchObject({
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      failedTasks: 3,
    });
    expect(
      service.events?.some(({ message }) => message?.includes('deployment failed: tasks failed to start.') === true),
    ).toBe(true);
    expect(await stoppedTask()).toMatchObject(seen);
  });

  test('and leaves the tasks of the version before where they are', async () => {
    await createService(under, 'web', group, 'one', 1);
    await serviceWhere(under, 'web', isSteady);
    const taskDefinition = await registerVersion(under, 'nonexistent');
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', taskDefinition }));
    const service = await serviceWhere(under, 'web', ({ deployments }) => deployments?.[0]?.rolloutState === 'FAILED');

    expect(service.deployments?.map(({ status, runningCount }) => [status, runningCount])).toEqual([
      ['PRIMARY', 0],
      ['ACTIVE', 1],
    ]);
    expect(await (await fetch(url)).json()).toMatchObject({ version: 'one' });
  });

  test('and goes back to the version before where it is told to roll back', async () => {
    await createService(under, 'web', group, 'one', 1);
    const before = await serviceWhere(under, 'web', isSteady);
    await under.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service: 'web',
        taskDefinition: await registerVersion(under, 'nonexistent'),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
    await serviceWhere(
      under,
      'web',
      ({ deployments }) => deployments?.[0]?.rolloutStateReason?.includes('rolling back') === true,
    );

    expect((await serviceWhere(under, 'web', isSteady)).taskDefinition).toBe(before.taskDefinition);
  });
});
