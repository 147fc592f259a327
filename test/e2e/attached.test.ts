import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  type ServiceDeployment,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { lintDriver } from '../../lib/specification/lint-driver.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { type SampleVersion, versions } from '../../examples/web/versions.ts';
import { pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { sampleSpec } from '../../local/sample/sample-spec.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { eventually } from '../setup/eventually.ts';
import { DeployedStack } from './deployed-stack.ts';

let deployed: DeployedStack;
const slot = { cluster: sample.cluster, service: sample.slots.a };

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 100, maxSeconds: 3600 });
  await moveTrafficByEcs();
  await attach();
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
}, 1_200_000);

async function newestDeployment(): Promise<ServiceDeployment | undefined> {
  const { ecs } = deployed.stack.clients;
  const { serviceDeployments: [newest] = [] } = await ecs.send(new ListServiceDeploymentsCommand(slot));
  const serviceDeploymentArns = newest?.serviceDeploymentArn === undefined ? [] : [newest.serviceDeploymentArn];
  if (serviceDeploymentArns.length === 0) return undefined;
  const { serviceDeployments } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments?.[0];
}

async function ended(status: string): Promise<void> {
  await eventually(`the deployment is ${status}`, async () => (await newestDeployment())?.status === status, 120);
}

/** The sample's one ECS service gets both target groups, as a team has it that lets ECS deploy blue/green. */
async function moveTrafficByEcs(): Promise<void> {
  const { clients, service, aws } = deployed.stack;
  const advancedConfiguration = {
    alternateTargetGroupArn: service.targetGroups.b,
    productionListenerRule: service.ruleArn,
    roleArn: `arn:aws:iam::${aws.accountId}:role/ecs`,
  };
  await clients.ecs.send(
    new UpdateServiceCommand({
      ...slot,
      loadBalancers: [
        {
          ...{ targetGroupArn: service.targetGroups.a, containerName: sample.container, containerPort: 8080 },
          advancedConfiguration,
        },
      ],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    }),
  );
  await ended('SUCCESSFUL');
}

/** Pauses in the service, and a spec that names it. */
async function attach(): Promise<void> {
  const { clients, service } = deployed.stack;
  const lifecycleStages = ['PRE_PRODUCTION_TRAFFIC_SHIFT' as const, 'POST_PRODUCTION_TRAFFIC_SHIFT' as const];
  await clients.ecs.send(
    new UpdateServiceCommand({
      ...slot,
      deploymentConfiguration: {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 0,
        linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages }],
      },
    }),
  );
  const text = sampleSpec(service, 'quick')
    .replace(`service: ${sample.slots.b}`, `service: ${sample.slots.a}`)
    .replace(/^steps:\n(?: {2}-.*\n)+/m, 'steps:\n  - { weight: 50, bake: 8s }\n  - { weight: 100, bake: 11s }\n');
  const read = parseSpec(`driver: ecs-native\n${text}`, 'sample.yml');
  if (!read.ok) throw new Error(JSON.stringify(read.findings));
  expect(lintDriver(read.spec)).toEqual([]);
  await clients.store.putSpec(read.spec, 'a test', new Date().toISOString());
}

/** What a team's CI does: it registers a task definition and updates the service. */
async function deployByCi(version: SampleVersion): Promise<void> {
  const { clients } = deployed.stack;
  const { uri } = await pushImage(clients, version);
  const { services: [found] = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: slot.cluster, services: [slot.service] }),
  );
  const { taskDefinition: base } = await clients.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: found?.taskDefinition }),
  );
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: base?.family,
      containerDefinitions: base?.containerDefinitions?.map((one) => ({ ...one, image: uri })),
    }),
  );
  await clients.ecs.send(
    new UpdateServiceCommand({
      ...slot,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: sample.tasks,
    }),
  );
}

async function served(): Promise<unknown> {
  const body: unknown = await (await fetch(`${deployed.stack.service.url}/health`)).json();
  return Reflect.get(Object(body), 'version');
}

describe('a service that ECS deploys and Sluice is attached to', () => {
  test('gets a good version step by step, without a failed request', async () => {
    const { truth } = deployed.stack;
    await truth.reset();
    await deployByCi(versions.good);
    const rollout = await deployed.follow(undefined);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('SUCCESSFUL');

    expect(end).toMatchObject({ status: 'SUCCEEDED' });
    expect(rollout.phase).toBe('succeeded');
    expect(rollout.shifts.map(({ weight }) => weight)).toEqual([50, 100]);
    expect(await served()).toBe(versions.good.env.VERSION);
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);

  test('has a bad version taken back, by the rule first and then by ECS', async () => {
    const before = await deployed.newestRolloutId();
    await deployByCi(versions.bad);
    const rollout = await deployed.follow(before);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('ROLLBACK_SUCCESSFUL');

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(rollout).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    await eventually('the good version serves alone', async () => {
      const seen = await Promise.all(Array.from({ length: 20 }, served));
      return seen.every((version) => version === versions.good.env.VERSION);
    });
    expect(await deployed.liveWeights()).toMatchObject({ [deployed.stack.service.targetGroups.a]: 100 });
  }, 1_200_000);

  test('no role lacked a right', async () => {
    expect(await refusedRights(deployed.stack.aws.emulator.endpoint)).toEqual([]);
  });
});
