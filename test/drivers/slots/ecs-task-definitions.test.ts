import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../examples/web/versions.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import type { SlotRuntime } from '../../../lib/drivers/slot-runtime.ts';
import { type FleetUnderTest, named, startTestFleet } from '../../fleet/fleet-under-test.ts';

let under: FleetUnderTest;
let runtime: SlotRuntime;

beforeAll(async () => {
  under = await startTestFleet();
  runtime = ecsSlotRuntime(under.ecs);
});

afterAll(() => under.stop());

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
      settings: expect.objectContaining({ 'app.environment.A': '2', 'app.image': 'registry.test/web:one' }),
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

describe('the settings of a task definition', () => {
  const settingsOf = async (changes: Partial<RegisterTaskDefinitionCommandInput>) => {
    const containerDefinitions = [
      {
        name: 'app',
        image: 'web:1',
        environment: [{ name: 'A', value: '1' }],
        secrets: [{ name: 'DB', valueFrom: 'arn:db' }],
        ulimits: [{ name: 'nofile' as const, softLimit: 1, hardLimit: 2 }],
        portMappings: [{ containerPort: 8080 }],
        command: ['serve', '--fast'],
      },
      { name: 'proxy', image: 'envoy:1', cpu: 10 },
    ];
    const input = { family: 'settings', cpu: '256', containerDefinitions, ...changes };
    const { taskDefinition } = await under.ecs.send(new RegisterTaskDefinitionCommand(input));
    return (await runtime.taskDefinition(named(taskDefinition?.taskDefinitionArn)))?.settings;
  };

  test('are all that it says, by path, and nothing that ECS records of each revision', async () => {
    const defaults = (name: string) => ({ [`${name}.essential`]: 'true' });

    expect(await settingsOf({ runtimePlatform: { cpuArchitecture: 'ARM64' } })).toEqual({
      cpu: '256',
      'runtimePlatform.cpuArchitecture': 'ARM64',
      'app.image': 'web:1',
      'app.cpu': '0',
      'app.environment.A': '1',
      'app.secrets.DB': 'arn:db',
      'app.ulimits.nofile.softLimit': '1',
      'app.ulimits.nofile.hardLimit': '2',
      'app.portMappings': '[{"containerPort":8080}]',
      'app.command': '["serve","--fast"]',
      'proxy.image': 'envoy:1',
      'proxy.cpu': '10',
      ...defaults('app'),
      ...defaults('proxy'),
    });
  });

  test('are the same in another revision of the same', async () => {
    expect(await settingsOf({})).toEqual(await settingsOf({}));
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
