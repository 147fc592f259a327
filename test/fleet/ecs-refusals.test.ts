import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { cluster, registerVersion } from './fleet-under-test.ts';
import { type FrontedFleet, startFrontedFleet } from './fronted-fleet.ts';
import { nameOf } from './refused.ts';

let under: FrontedFleet['under'];
let blue: FrontedFleet['blue'];
let loose: FrontedFleet['loose'];

beforeAll(async () => {
  ({ under, blue, loose } = await startFrontedFleet());
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await registerVersion(under, 'one');
});

afterAll(() => under.stop());

describe('ECS', () => {
  const service = { cluster, serviceName: 'web', taskDefinition: 'web', desiredCount: 0 };
  const binding = (targetGroupArn: string, containerName = 'app', containerPort = 8080) => ({
    ...service,
    loadBalancers: [{ targetGroupArn, containerName, containerPort }],
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'an unknown cluster',
      () => under.ecs.send(new DescribeServicesCommand({ cluster: 'nowhere', services: ['web'] })),
      'ClusterNotFoundException',
    ],
    [
      'an unknown service',
      () => under.ecs.send(new UpdateServiceCommand({ cluster, service: 'nobody', desiredCount: 1 })),
      'ServiceNotFoundException',
    ],
    [
      'an unknown task definition',
      () => under.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'nothing:1' })),
      'ClientException',
    ],
    [
      'a service of an unknown task definition',
      () => under.ecs.send(new CreateServiceCommand({ ...service, taskDefinition: 'nothing' })),
      'ClientException',
    ],
    [
      'a task definition without containers',
      () => under.ecs.send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [] })),
      'ClientException',
    ],
    [
      'a container without an image',
      () => under.ecs.send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [{ name: 'app' }] })),
      'ClientException',
    ],
    [
      'a group without a load balancer',
      () => under.ecs.send(new CreateServiceCommand(binding(loose))),
      'InvalidParameterException',
    ],
    [
      'an unknown container',
      () => under.ecs.send(new CreateServiceCommand(binding(blue, 'nobody'))),
      'InvalidParameterException',
    ],
    [
      'an unknown port',
      () => under.ecs.send(new CreateServiceCommand(binding(blue, 'app', 81))),
      'InvalidParameterException',
    ],
    [
      'a negative count',
      () => under.ecs.send(new CreateServiceCommand({ ...service, desiredCount: -1 })),
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_, call, name) => {
    expect(await nameOf(call())).toBe(name);
  });

  test('refuses a service of the same name, deleting one that has tasks, and changing a deleted one', async () => {
    await under.ecs.send(new CreateServiceCommand({ ...service, serviceName: 'once' }));
    expect(await nameOf(under.ecs.send(new CreateServiceCommand({ ...service, serviceName: 'once' })))).toBe(
      'InvalidParameterException',
    );

    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'once', desiredCount: 1 }));
    expect(await nameOf(under.ecs.send(new DeleteServiceCommand({ cluster, service: 'once' })))).toBe(
      'InvalidParameterException',
    );

    await under.ecs.send(new DeleteServiceCommand({ cluster, service: 'once', force: true }));
    expect(await nameOf(under.ecs.send(new UpdateServiceCommand({ cluster, service: 'once', desiredCount: 1 })))).toBe(
      'ServiceNotActiveException',
    );
  });

  test('names what it does not find among the failures of a describe call', async () => {
    const failures = [expect.objectContaining({ reason: 'MISSING' })];

    expect((await under.ecs.send(new DescribeServicesCommand({ cluster, services: ['nobody'] }))).failures).toEqual(
      failures,
    );
    expect((await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: ['0000'] }))).failures).toEqual(failures);
    expect((await under.ecs.send(new DescribeClustersCommand({ clusters: ['nowhere'] }))).failures).toEqual(failures);
  });
});
