import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { digestOf } from '../../examples/web/versions.ts';
import { ecsSlotRuntime } from '../../lib/aws/ecs-slot-runtime.ts';
import { Refusal } from '../../lib/ports/refusal.ts';
import type { DeploymentProgress, SlotRuntime } from '../../lib/ports/slot-runtime.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  type FleetUnderTest,
  forward,
  isSteady,
  named,
  registerVersion,
  serviceWhere,
  startTestFleet,
} from '../fleet/fleet-under-test.ts';
import { eventually } from '../setup/eventually.ts';

jest.setTimeout(20_000);

let under: FleetUnderTest;
let runtime: SlotRuntime;
let groups: { a: string; b: string };

beforeAll(async () => {
  under = await startTestFleet();
  runtime = ecsSlotRuntime(under.ecs);
  groups = { a: await createGroup(under, 'web-a'), b: await createGroup(under, 'web-b') };
  await createListener(under, await createLoadBalancer(under), forward([groups.a, 1], [groups.b, 0]));
  await createService(under, 'web-a', groups.a, 'one', 1);
  await createService(under, 'web-b', groups.b, 'one', 0);
  await serviceWhere(under, 'web-a', isSteady);
});

afterAll(() => under.stop());

const misbehave = (order: object) =>
  fetch(`${under.fleet.endpoint}/_fleet/misbehave`, { method: 'POST', body: JSON.stringify(order) });

afterEach(() => fetch(`${under.fleet.endpoint}/_fleet/misbehave`, { method: 'DELETE' }));

/** Follows a deployment until it is no longer in progress. */
async function followed(deploymentId: string): Promise<DeploymentProgress> {
  let progress = await runtime.progress(cluster, 'web-b', deploymentId);
  await eventually('the deployment has ended', async () => {
    progress = await runtime.progress(cluster, 'web-b', deploymentId);
    return progress.state !== 'inProgress';
  });
  return progress;
}

describe('looking', () => {
  test('describes a service with its counts and target groups', async () => {
    expect(await runtime.describe(cluster, 'web-a')).toEqual({
      service: 'web-a',
      active: true,
      taskDefinition: expect.stringMatching(/task-definition\/web:\d+$/),
      desired: 1,
      running: 1,
      deploymentId: expect.stringMatching(/^ecs-svc\/\d{19}$/),
      targetGroups: [groups.a],
    });
  });

  test('knows no service that is not there', async () => {
    expect(await runtime.describe(cluster, 'none')).toBeUndefined();
  });

  test('tells what really runs, and nothing where nothing runs', async () => {
    expect(await runtime.runningDigests(cluster, 'web-a', 'app')).toEqual([digestOf('one')]);
    expect(await runtime.runningDigests(cluster, 'web-a', 'sidecar')).toEqual([]);
    expect(await runtime.runningDigests(cluster, 'web-b', 'app')).toEqual([]);
  });

  test.each([
    ['describing', () => runtime.describe('none', 'web-a')],
    ['deploying', () => runtime.deploy('none', 'web-a', 'web', 1)],
    ['following', () => runtime.progress('none', 'web-a', 'ecs-svc/1')],
  ])('%s in a cluster that is not there is refused with what to correct', async (_, call) => {
    const calling = call();

    await expect(calling).rejects.toBeInstanceOf(Refusal);
    await expect(calling).rejects.toThrow('ECS cluster none is not there; correct `cluster` in the spec');
  });

  test('following a service that is not there is refused with what to correct', async () => {
    const following = runtime.progress(cluster, 'none', 'ecs-svc/1');

    await expect(following).rejects.toBeInstanceOf(Refusal);
    await expect(following).rejects.toThrow('correct `slots` in the spec');
  });
});

describe('asking for a task definition', () => {
  const register = async (family: string, environment: { name: string; value: string }[]) => {
    const containerDefinitions = [{ name: 'app', image: 'registry.test/web:one', environment }];
    const input = { family, containerDefinitions };
    return named((await under.ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition?.taskDefinitionArn);
  };

  test('by family finds its newest revision, with what its containers get', async () => {
    await register('asked', [{ name: 'A', value: '1' }]);
    const arn = await register('asked', [
      { name: 'A', value: '2' },
      { name: '__proto__', value: '\u001b[31m' },
    ]);

    expect(await runtime.taskDefinition('asked')).toEqual({
      arn,
      family: 'asked',
      active: true,
      infrastructure: undefined,
      containers: {
        app: {
          image: 'registry.test/web:one',
          environment: Object.fromEntries([
            ['A', '2'],
            ['__proto__', '\u001b[31m'],
          ]),
          secrets: {},
        },
      },
    });
  });

  test('tells where secrets come from', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db';
    const containerDefinitions = [
      { name: 'app', image: 'registry.test/web:one', secrets: [{ name: 'DATABASE', valueFrom: arn }] },
    ];
    await under.ecs.send(new RegisterTaskDefinitionCommand({ family: 'secretive', containerDefinitions }));

    expect((await runtime.taskDefinition('secretive'))?.containers['app']?.secrets).toEqual({ DATABASE: arn });
  });

  test('that was deregistered says so, and one that never was is not there', async () => {
    const arn = await register('gone', []);
    await under.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));

    expect(await runtime.taskDefinition(arn)).toMatchObject({ arn, active: false });
    expect(await runtime.taskDefinition('gone')).toBeUndefined();
    expect(await runtime.taskDefinition('never-registered:7')).toBeUndefined();
  });

  test('that a rollout registered names the newest revision of infrastructure code, however many rollouts came since', async () => {
    const blue = await register('kept', [{ name: 'A', value: '1' }]);
    const first = await runtime.deriveTaskDefinition(blue, 'app', 'registry.test/web:two');
    const infrastructure = await register('kept', [{ name: 'A', value: '2' }]);
    const second = await runtime.deriveTaskDefinition(first, 'app', 'registry.test/web:three');

    expect(await runtime.taskDefinition(first)).toMatchObject({ infrastructure: blue });
    expect(await runtime.taskDefinition('kept')).toMatchObject({ arn: second, infrastructure });
  });

  test('deriving from what was deregistered still works, where no revision is active', async () => {
    const arn = await register('replaced', []);
    await under.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    const derived = await runtime.deriveTaskDefinition(arn, 'app', 'registry.test/web:two');

    expect(await runtime.taskDefinition(derived)).toMatchObject({ active: true, infrastructure: undefined });
  });
});

describe('deriving a task definition', () => {
  const rich = {
    family: 'rich',
    taskRoleArn: 'arn:aws:iam::000000000000:role/task',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    cpu: '256',
    memory: '512',
    runtimePlatform: { cpuArchitecture: 'ARM64' as const, operatingSystemFamily: 'LINUX' as const },
    ephemeralStorage: { sizeInGiB: 30 },
    volumes: [{ name: 'scratch' }],
    containerDefinitions: [
      {
        name: 'app',
        image: 'registry.test/web:one',
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: 'STAGE', value: 'test' }],
        secrets: [{ name: 'DATABASE', valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db' }],
        healthCheck: { command: ['CMD', 'true'], interval: 5 },
        mountPoints: [{ sourceVolume: 'scratch', containerPath: '/tmp' }],
        user: '1000',
      },
      { name: 'sidecar', image: 'registry.test/proxy:7', essential: false },
    ],
    tags: [{ key: 'team', value: 'shop' }],
  };
  const register = async () =>
    named((await under.ecs.send(new RegisterTaskDefinitionCommand(rich))).taskDefinition?.taskDefinitionArn);
  const described = async (taskDefinition: string) =>
    under.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  const revisions = async () =>
    (await under.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'rich' }))).taskDefinitionArns?.length;

  test('keeps everything but the image of the one container', async () => {
    const base = await register();
    const image = `registry.test/web@${digestOf('two')}`;
    const derived = await described(await runtime.deriveTaskDefinition(base, 'app', image));
    const before = await described(base);
    const [app, sidecar] = named(before.taskDefinition?.containerDefinitions);

    expect(derived.taskDefinition).toEqual({
      ...before.taskDefinition,
      taskDefinitionArn: derived.taskDefinition?.taskDefinitionArn,
      revision: named(before.taskDefinition?.revision) + 1,
      registeredAt: derived.taskDefinition?.registeredAt,
      containerDefinitions: [{ ...app, image }, sidecar],
    });
    expect(derived.tags).toEqual([...rich.tags, { key: 'sluice:infrastructure', value: base }]);
    expect(await runtime.imageOf(named(derived.taskDefinition?.taskDefinitionArn), 'app')).toBe(image);
  });

  test('registers nothing where the image is the same already', async () => {
    const base = await register();
    const before = await revisions();

    expect(await runtime.deriveTaskDefinition(base, 'app', 'registry.test/web:one')).toBe(base);
    expect(await revisions()).toBe(before);
  });

  test('is refused for a container that the definition does not have, with those that it has', async () => {
    const deriving = runtime.deriveTaskDefinition(await register(), 'web', 'registry.test/web:two');

    await expect(deriving).rejects.toBeInstanceOf(Refusal);
    await expect(deriving).rejects.toThrow(/has no container web \(it has app, sidecar\); correct `container`/);
  });
});

describe('deploying', () => {
  test('returns the deployment, which can be followed until its tasks run', async () => {
    const id = await runtime.deploy(cluster, 'web-b', await registerVersion(under, 'two'), 1);
    const first = await runtime.progress(cluster, 'web-b', id);
    const last = await followed(id);

    expect(first).toMatchObject({ state: 'inProgress', desired: 1 });
    expect(last).toMatchObject({ state: 'completed', running: 1, desired: 1 });
    expect(await runtime.runningDigests(cluster, 'web-b', 'app')).toEqual([digestOf('two')]);
  });

  test('of what runs already begins a deployment of its own all the same', async () => {
    const same = named(await runtime.describe(cluster, 'web-b')).taskDefinition;
    const first = await runtime.deploy(cluster, 'web-b', same, 0);

    expect(await runtime.deploy(cluster, 'web-b', same, 0)).not.toBe(first);
  });

  test('that somebody else replaces is gone, and says so', async () => {
    const id = await runtime.deploy(cluster, 'web-b', await registerVersion(under, 'two'), 0);
    await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web-b', taskDefinition: await registerVersion(under, 'one') }),
    );
    const progress = await followed(id);

    expect(progress.state).toBe('gone');
    expect(progress.reason).toContain(`${id} was replaced by another`);
  });

  test('that is being replaced is gone at once, though its tasks still run', async () => {
    const id = await runtime.deploy(cluster, 'web-b', await registerVersion(under, 'two'), 1);
    await followed(id);
    await misbehave({ fault: 'slow-steady-state', service: 'web-b' });
    await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web-b', taskDefinition: await registerVersion(under, 'one') }),
    );

    expect(await runtime.progress(cluster, 'web-b', id)).toEqual({
      state: 'gone',
      running: 1,
      desired: 1,
      reason: `deployment ${id} was replaced by another`,
    });
  });

  test('whose tasks do not start fails, with the reason that ECS gives', async () => {
    await misbehave({ fault: 'fail-to-start', service: 'web-b' });
    const id = await runtime.deploy(cluster, 'web-b', await registerVersion(under, 'two'), 1);
    const progress = await followed(id);

    expect(progress).toMatchObject({ state: 'failed', running: 0, reason: expect.stringMatching(/circuit breaker/) });
  });

  test("switches off every way in which ECS would put green's former image back", async () => {
    const alarms = { alarmNames: ['too-many-errors'], enable: true, rollback: true };
    const deploymentConfiguration = {
      alarms,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      maximumPercent: 150,
      minimumHealthyPercent: 50,
    };
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web-b', deploymentConfiguration }));
    await runtime.deploy(cluster, 'web-b', named(await runtime.describe(cluster, 'web-b')).taskDefinition, 0);
    const { services } = await under.ecs.send(new DescribeServicesCommand({ cluster, services: ['web-b'] }));

    expect(services?.[0]?.deploymentConfiguration).toEqual({
      ...deploymentConfiguration,
      alarms: { ...alarms, rollback: false },
      deploymentCircuitBreaker: { enable: true, rollback: false },
    });
  });
});

describe('scaling', () => {
  test('changes the count and nothing else', async () => {
    const before = named(await runtime.describe(cluster, 'web-a'));
    await runtime.scale(cluster, 'web-a', 2);
    const after = await serviceWhere(under, 'web-a', ({ runningCount }) => runningCount === 2);

    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(after.deployments).toHaveLength(1);
    expect(await runtime.runningDigests(cluster, 'web-a', 'app')).toEqual([digestOf('one')]);
  });

  test('to zero is accepted at once, and the tasks go', async () => {
    await runtime.scale(cluster, 'web-a', 0);

    expect(await runtime.describe(cluster, 'web-a')).toMatchObject({ desired: 0 });
    await serviceWhere(under, 'web-a', ({ runningCount }) => runningCount === 0);
    expect(await runtime.runningDigests(cluster, 'web-a', 'app')).toEqual([]);
  });
});
