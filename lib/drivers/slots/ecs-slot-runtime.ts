import type { Workload } from '../layout/layout.ts';
import {
  ClientException,
  ClusterNotFoundException,
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  InvalidParameterException,
  ListTasksCommand,
  type Service,
  type Tag,
  type TaskDefinition,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { movesTraffic, rollingFix } from './moves-traffic.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { DeploymentProgress, SlotRuntime, TaskDefinitionFacts } from '../slot-runtime.ts';
import { ecsRemainingTasks } from './ecs-remaining-tasks.ts';
import { describeWhole, registerCopy } from './ecs-task-definitions.ts';
import { settingsOf } from './ecs-task-settings.ts';

/** DescribeTasks takes at most 100 tasks a call. */
const tasksBatch = 100;

/** Marks what a rollout registered, with the newest revision of the family that none had. */
const infrastructureTag = 'sluice:infrastructure';

/** Slots as Amazon ECS services. */
export function ecsSlotRuntime(client: ECSClient): SlotRuntime {
  return {
    async describe(workload) {
      const found = await find(client, workload);
      if (found === undefined) return undefined;
      return {
        service: workload.service,
        active: found.status === 'ACTIVE',
        taskDefinition: found.taskDefinition ?? '',
        desired: found.desiredCount ?? 0,
        running: found.runningCount ?? 0,
        deploymentId: found.deployments?.find(({ status }) => status === 'PRIMARY')?.id ?? '',
        movesTraffic: movesTraffic(found),
        targetGroups: (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
      };
    },

    deriveTaskDefinition: deriveTaskDefinition(client),

    deploy: deploy(client),

    progress: progress(client),

    async scale({ cluster, service }, count) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: count }));
    },

    runningDigests: runningDigests(client),

    ...ecsRemainingTasks(client),

    taskDefinition: (reference) => facts(client, reference),

    async imageOf(reference, container) {
      const { known } = await taskDefinition(client, reference);
      return known.containerDefinitions?.find(({ name }) => name === container)?.image;
    },
  };
}

function sizeOf({ cpu, memory, runtimePlatform }: TaskDefinition): TaskDefinitionFacts['size'] {
  if (cpu === undefined || memory === undefined) return undefined;
  return { cpuUnits: Number(cpu), megabytes: Number(memory), isArm: runtimePlatform?.cpuArchitecture === 'ARM64' };
}

type ContainerFacts = TaskDefinitionFacts['containers'][string];

function containerFacts({ image = '', environment = [], secrets = [] }: ContainerDefinition): ContainerFacts {
  return {
    image,
    environment: Object.fromEntries(environment.map(({ name = '', value = '' }) => [name, value])),
    secrets: Object.fromEntries(secrets.map(({ name = '', valueFrom = '' }) => [name, valueFrom])),
  };
}

function refuseMissing(cluster: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ClusterNotFoundException)) throw error;
    throw new Refusal(`ECS cluster ${cluster} is not there; correct \`cluster\` in the spec.`, { cause: error });
  };
}

function progressState(rolloutState: string | undefined): DeploymentProgress['state'] {
  if (rolloutState === 'COMPLETED') return 'completed';
  return rolloutState === 'FAILED' ? 'failed' : 'inProgress';
}

async function find(client: ECSClient, { cluster, service }: Workload): Promise<Service | undefined> {
  const { services = [] } = await client
    .send(new DescribeServicesCommand({ cluster, services: [service] }))
    .catch(refuseMissing(cluster));
  return services.find((one) => one.serviceName === service);
}

async function existing(client: ECSClient, workload: Workload): Promise<Service> {
  const found = await find(client, workload);
  if (found === undefined)
    throw new Refusal(
      `ECS service ${workload.service} is not in cluster ${workload.cluster}; correct \`slots\` in the spec.`,
    );
  return found;
}

async function taskDefinition(client: ECSClient, reference: string) {
  const found = await describeWhole(client, reference);
  if (found === undefined) throw new Error(`ECS knows no task definition ${reference}.`);
  return found;
}

async function facts(client: ECSClient, reference: string): ReturnType<SlotRuntime['taskDefinition']> {
  const answer = await describeWhole(client, reference).catch((error: unknown) => {
    // One that is not there is a ClientException, one of another region or account an InvalidParameterException.
    if (error instanceof ClientException || error instanceof InvalidParameterException) return undefined;
    throw error;
  });
  const found = answer?.known;
  if (found?.taskDefinitionArn === undefined || found.family === undefined) return undefined;
  const containers = (found.containerDefinitions ?? []).flatMap((one): [string, ContainerFacts][] =>
    one.name === undefined ? [] : [[one.name, containerFacts(one)]],
  );
  return {
    arn: found.taskDefinitionArn,
    family: found.family,
    active: found.status === 'ACTIVE',
    infrastructure: answer?.tags.find(({ key }) => key === infrastructureTag)?.value,
    size: sizeOf(found),
    settings: settingsOf(answer?.whole ?? {}),
    containers: Object.fromEntries(containers),
  };
}

async function newestOfInfrastructure(client: ECSClient, family: string): Promise<readonly Tag[]> {
  const newest = await facts(client, family);
  // None is active where infrastructure code took them all back, though blue still runs one.
  return newest === undefined ? [] : [{ key: infrastructureTag, value: newest.infrastructure ?? newest.arn }];
}

function deriveTaskDefinition(client: ECSClient): SlotRuntime['deriveTaskDefinition'] {
  return async (base, container, image) => {
    const found = await taskDefinition(client, base);
    const { containerDefinitions = [], taskDefinitionArn = base, family = '' } = found.known;
    const current = containerDefinitions.find(({ name }) => name === container);
    if (current === undefined) {
      const names = containerDefinitions.map(({ name }) => name).join(', ');
      throw new Refusal(
        `Task definition ${base} has no container ${container} (it has ${names}); correct \`container\` in the spec.`,
      );
    }
    if (current.image === image) return taskDefinitionArn;
    // Infrastructure code's next revision lies above this one: a search for its newest must not find this one.
    return registerCopy(client, found, new Map([[container, image]]), await newestOfInfrastructure(client, family));
  };
}

function deploy(client: ECSClient): SlotRuntime['deploy'] {
  return async (workload, definition, count) => {
    const { cluster, service } = workload;
    const found = await existing(client, workload);
    const moves = movesTraffic(found);
    if (moves !== undefined) {
      // ECS would write the weights beside the rollout, and sent back as ROLLING its owner's setting would be lost.
      throw new Refusal(`${service} has ${moves}; ${rollingFix}.`);
    }
    const { deploymentConfiguration } = found;
    const updated = await client.send(
      new UpdateServiceCommand({
        cluster,
        service,
        taskDefinition: definition,
        desiredCount: count,
        forceNewDeployment: true,
        deploymentConfiguration: {
          ...deploymentConfiguration,
          // ECS's own rollback, by failed tasks or by alarms, would put green's previous image back and call it a success.
          deploymentCircuitBreaker: { enable: true, rollback: false },
          ...(deploymentConfiguration?.alarms && { alarms: { ...deploymentConfiguration.alarms, rollback: false } }),
        },
      }),
    );
    const primary = (updated.service?.deployments ?? []).find(({ status }) => status === 'PRIMARY');
    if (primary?.id === undefined)
      throw new Error(`ECS accepted the update of ${service} without a primary deployment.`);
    return primary.id;
  };
}

function progress(client: ECSClient): SlotRuntime['progress'] {
  return async (workload, deploymentId) => {
    const { deployments = [], desiredCount = 0 } = await existing(client, workload);
    const deployment = deployments.find(({ id }) => id === deploymentId);
    // One that is no longer the primary one still drains; somebody else deployed to the slot all the same.
    if (deployment?.status !== 'PRIMARY') {
      return {
        state: 'gone',
        running: deployment?.runningCount ?? 0,
        desired: desiredCount,
        reason: `deployment ${deploymentId} was replaced by another`,
      };
    }
    return {
      state: progressState(deployment.rolloutState),
      running: deployment.runningCount ?? 0,
      desired: deployment.desiredCount ?? 0,
      reason: deployment.rolloutStateReason ?? '',
    };
  };
}

function runningDigests(client: ECSClient): SlotRuntime['runningDigests'] {
  return async ({ cluster, service }, container) => {
    const digests = new Set<string>();
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListTasksCommand({
          cluster,
          serviceName: service,
          desiredStatus: 'RUNNING',
          maxResults: tasksBatch,
          nextToken,
        }),
      );
      nextToken = page.nextToken;
      const arns = page.taskArns ?? [];
      if (arns.length === 0) continue;
      const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: arns }));
      for (const { containers = [], lastStatus } of tasks) {
        const digest = containers.find(({ name }) => name === container)?.imageDigest;
        if (lastStatus === 'RUNNING' && digest !== undefined) digests.add(digest);
      }
    } while (nextToken !== undefined);
    return [...digests];
  };
}
