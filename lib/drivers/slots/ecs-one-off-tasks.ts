import {
  ConflictException,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { Refusal } from '../../rollout/refusal.ts';
import type { OneOffTask, OneOffTasks } from '../one-off-tasks.ts';

/** One-off tasks in Amazon ECS: they run where a slot's service runs its own. */
export function ecsOneOffTasks(client: ECSClient): OneOffTasks {
  return {
    async run({ workload: { cluster, service }, taskDefinition, container, command, token, startedBy }) {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const found = services.find(({ serviceName }) => serviceName === service);
      if (found === undefined) throw new Refusal(`ECS service ${service} is not in cluster ${cluster}.`);
      try {
        const { tasks = [], failures = [] } = await client.send(
          new RunTaskCommand({
            cluster,
            taskDefinition,
            count: 1,
            ...placementOf(found),
            overrides: { containerOverrides: [{ name: container, command: [...command] }] },
            clientToken: token,
            startedBy,
          }),
        );
        const [started] = tasks;
        if (started?.taskArn !== undefined) return started.taskArn;
        const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': ')).join(', ');
        throw new Error(`ECS started no task of ${taskDefinition}: ${why === '' ? 'it says no reason' : why}`);
      } catch (error) {
        // The same token with other parameters: the service was changed since the first call, which has started the task.
        const known = error instanceof ConflictException ? error.resourceIds?.[0] : undefined;
        if (known === undefined) throw error;
        return known;
      }
    },

    async look(cluster, arn) {
      const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
      const found = tasks.find(({ taskArn }) => taskArn === arn);
      return found === undefined ? undefined : oneOffTask(found);
    },

    async stop(cluster, arn, reason) {
      await client.send(new StopTaskCommand({ cluster, task: arn, reason: reason.slice(0, longestReason) }));
    },

    async running(cluster, startedBy) {
      const found: string[] = [];
      let nextToken: string | undefined;
      do {
        // ECS takes `startedBy` as the only filter; those that are meant to run are its default.
        const page = await client.send(new ListTasksCommand({ cluster, startedBy, nextToken }));
        nextToken = page.nextToken;
        found.push(...(page.taskArns ?? []));
      } while (nextToken !== undefined);
      return found;
    },
  };
}

/** ECS describes as much of a reason. */
const longestReason = 255;

/** Network, capacity and platform of a service, as RunTask takes them. */
function placementOf(service: Service) {
  const { capacityProviderStrategy = [], launchType, platformVersion, networkConfiguration } = service;
  const { placementConstraints = [], placementStrategy = [] } = service;
  return {
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : launchType && { launchType }),
    ...(platformVersion !== undefined && { platformVersion }),
    ...(networkConfiguration !== undefined && { networkConfiguration }),
    ...(placementConstraints.length > 0 && { placementConstraints }),
    ...(placementStrategy.length > 0 && { placementStrategy }),
  };
}

function oneOffTask({
  lastStatus = '',
  startedAt,
  stoppedAt,
  stopCode,
  stoppedReason,
  containers = [],
}: Task): OneOffTask {
  return {
    lastStatus,
    startedAt: startedAt?.toISOString(),
    stoppedAt: stoppedAt?.toISOString(),
    stopCode,
    stoppedReason,
    containers: containers.map(({ name = '', lastStatus: status = '', exitCode, reason, imageDigest }) => ({
      name,
      lastStatus: status,
      exitCode,
      reason,
      digest: imageDigest,
    })),
  };
}
