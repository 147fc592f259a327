import {
  ClientException,
  ClusterNotFoundException,
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  InvalidParameterException,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  type Tag,
  type TaskDefinition,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { Refusal } from '../ports/refusal.ts';
import type { DeploymentProgress, SlotRuntime, TaskDefinitionFacts } from '../ports/slot-runtime.ts';

/** DescribeTasks takes at most 100 tasks a call. */
const tasksBatch = 100;

/** Marks what a rollout registered, with the newest revision of the family that none had. */
const infrastructureTag = 'sluice:infrastructure';
/** ECS takes 50 tags. */
const mostTags = 50;

/** Slots as Amazon ECS services. */
export function ecsSlotRuntime(client: ECSClient): SlotRuntime {
  const find = async (cluster: string, service: string): Promise<Service | undefined> => {
    const { services = [] } = await client
      .send(new DescribeServicesCommand({ cluster, services: [service] }))
      .catch(refuseMissing(cluster));
    return services.find((one) => one.serviceName === service);
  };

  const existing = async (cluster: string, service: string): Promise<Service> => {
    const found = await find(cluster, service);
    if (found === undefined)
      throw new Refusal(`ECS service ${service} is not in cluster ${cluster}; correct \`slots\` in the spec.`);
    return found;
  };

  const taskDefinition = async (reference: string) => {
    const answer = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }),
    );
    if (answer.taskDefinition === undefined) throw new Error(`ECS knows no task definition ${reference}.`);
    return { definition: answer.taskDefinition, tags: answer.tags ?? [] };
  };

  const facts: SlotRuntime['taskDefinition'] = async (reference) => {
    const answer = await client
      .send(new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }))
      .catch((error: unknown) => {
        // One that is not there is a ClientException, one of another region or account an InvalidParameterException.
        if (error instanceof ClientException || error instanceof InvalidParameterException) return undefined;
        throw error;
      });
    const found = answer?.taskDefinition;
    if (found?.taskDefinitionArn === undefined || found.family === undefined) return undefined;
    const containers = (found.containerDefinitions ?? []).flatMap((one): [string, ContainerFacts][] =>
      one.name === undefined ? [] : [[one.name, containerFacts(one)]],
    );
    return {
      arn: found.taskDefinitionArn,
      family: found.family,
      active: found.status === 'ACTIVE',
      infrastructure: answer?.tags?.find(({ key }) => key === infrastructureTag)?.value,
      size: sizeOf(found),
      containers: Object.fromEntries(containers),
    };
  };

  const newestOfInfrastructure = async (family: string): Promise<readonly Tag[]> => {
    const newest = await facts(family);
    // None is active where infrastructure code took them all back, though blue still runs one.
    return newest === undefined ? [] : [{ key: infrastructureTag, value: newest.infrastructure ?? newest.arn }];
  };

  return {
    async describe(cluster, service) {
      const found = await find(cluster, service);
      if (found === undefined) return undefined;
      return {
        service,
        active: found.status === 'ACTIVE',
        taskDefinition: found.taskDefinition ?? '',
        desired: found.desiredCount ?? 0,
        running: found.runningCount ?? 0,
        deploymentId: found.deployments?.find(({ status }) => status === 'PRIMARY')?.id ?? '',
        targetGroups: (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
      };
    },

    async deriveTaskDefinition(base, container, image) {
      const { definition, tags } = await taskDefinition(base);
      const containers = definition.containerDefinitions ?? [];
      const current = containers.find(({ name }) => name === container);
      if (current === undefined) {
        const names = containers.map(({ name }) => name).join(', ');
        throw new Refusal(
          `Task definition ${base} has no container ${container} (it has ${names}); correct \`container\` in the spec.`,
        );
      }
      if (current.image === image) return definition.taskDefinitionArn ?? base;
      const {
        taskDefinitionArn: _arn,
        revision: _revision,
        status: _status,
        requiresAttributes: _attributes,
        compatibilities: _compatibilities,
        registeredAt: _at,
        registeredBy: _by,
        deregisteredAt: _gone,
        ...registrable
      } = definition;
      // What infrastructure code registers next lies above this one; whoever asks for the newest of it must not find this one.
      const infrastructure = await newestOfInfrastructure(definition.family ?? '');
      const registered = await client.send(
        new RegisterTaskDefinitionCommand({
          ...registrable,
          family: registrable.family,
          containerDefinitions: containers.map((one) => (one.name === container ? { ...one, image } : one)),
          tags: [...tags.filter(({ key }) => key !== infrastructureTag), ...infrastructure].slice(0, mostTags),
        }),
      );
      const arn = registered.taskDefinition?.taskDefinitionArn;
      if (arn === undefined) throw new Error(`ECS registered a task definition after ${base} without telling its ARN.`);
      return arn;
    },

    async deploy(cluster, service, definition, count) {
      const { deploymentConfiguration } = await existing(cluster, service);
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
    },

    async progress(cluster, service, deploymentId) {
      const { deployments = [], desiredCount = 0 } = await existing(cluster, service);
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
    },

    async scale(cluster, service, count) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: count }));
    },

    async runningDigests(cluster, service, container) {
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
    },

    taskDefinition: facts,

    async imageOf(reference, container) {
      const { definition } = await taskDefinition(reference);
      return definition.containerDefinitions?.find(({ name }) => name === container)?.image;
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
