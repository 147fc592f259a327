import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  type ServiceDeployment,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { DriverName } from '../../lib/drivers/layout/layout.ts';
import type { Clients } from '../stack/clients.ts';
import type { PushedImage } from './push-image.ts';
import { sample } from './sample-names.ts';
import type { SampleService } from './sample-service.ts';
import { type Pace, type SampleOptions, sampleSpec } from './sample-spec.ts';

/** The drivers by which both versions of the sample are in its first ECS service. */
export const oneServiceDrivers = ['ecs-native', 'ecs-managed'] as const satisfies readonly DriverName[];
export type OneServiceDriver = (typeof oneServiceDrivers)[number];

const only = { cluster: sample.cluster, service: sample.slots.a };

/** Returns the newest deployment of the sample's service in which ECS moves traffic; `undefined` before the first one. */
export async function newestDeployment({ ecs }: Pick<Clients, 'ecs'>): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments: [newest] = [] } = await ecs.send(new ListServiceDeploymentsCommand(only));
  const serviceDeploymentArns = newest?.serviceDeploymentArn === undefined ? [] : [newest.serviceDeploymentArn];
  if (serviceDeploymentArns.length === 0) return undefined;
  const { serviceDeployments } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return serviceDeployments?.[0];
}

const longestDeploymentMs = 120_000;

/** The sample's first ECS service gets both target groups, as a team has it that lets ECS deploy blue/green. */
export async function moveTrafficByEcs(
  clients: Pick<Clients, 'ecs'>,
  service: SampleService,
  accountId: string,
): Promise<void> {
  await clients.ecs.send(
    new UpdateServiceCommand({
      ...only,
      loadBalancers: [
        {
          ...{ targetGroupArn: service.targetGroups.a, containerName: sample.container, containerPort: 8080 },
          advancedConfiguration: {
            alternateTargetGroupArn: service.targetGroups.b,
            productionListenerRule: service.ruleArn,
            roleArn: `arn:aws:iam::${accountId}:role/ecs`,
          },
        },
      ],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    }),
  );
  const deadline = Date.now() + longestDeploymentMs;
  for (;;) {
    const status = (await newestDeployment(clients))?.status;
    if (status === 'SUCCESSFUL') return;
    if (Date.now() > deadline)
      throw new Error(`the deployment that gives the sample both target groups is still ${status}`);
    await sleep(200);
  }
}

/** Steps and pauses of the sample's service, as `sluice attach` writes them for the steps of its spec. */
export async function pauseForRollouts({ ecs }: Pick<Clients, 'ecs'>): Promise<void> {
  await ecs.send(
    new UpdateServiceCommand({
      ...only,
      deploymentConfiguration: {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 0,
        linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
        lifecycleHooks: [
          {
            targetType: 'PAUSE',
            lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
          },
        ],
      },
    }),
  );
}

/** Returns the sample's spec for one ECS service, in two steps that ECS can take. */
export function specInOneService(
  driver: OneServiceDriver,
  service: SampleService,
  pace: Pace = 'quick',
  options: SampleOptions = {},
): string {
  const text = sampleSpec(service, pace, options)
    .replace(`service: ${sample.slots.b}`, `service: ${sample.slots.a}`)
    .replace(/^steps:\n(?: {2}-.*\n)+/m, 'steps:\n  - { weight: 50, bake: 8s }\n  - { weight: 100, bake: 11s }\n');
  return `driver: ${driver}\n${text}`;
}

/** What a team's CI does: it registers a task definition with the image and updates the service. */
export async function deployByCi({ ecs }: Pick<Clients, 'ecs'>, { uri }: PushedImage): Promise<void> {
  const { services: [found] = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: only.cluster, services: [only.service] }),
  );
  const { taskDefinition: base } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: found?.taskDefinition }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: base?.family,
      containerDefinitions: base?.containerDefinitions?.map((one) => ({ ...one, image: uri })),
    }),
  );
  await ecs.send(
    new UpdateServiceCommand({
      ...only,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: sample.tasks,
    }),
  );
}
