import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import { targetKey } from '../elb/target-group.ts';
import type { Cluster, ContainerDefinition, Task } from './model.ts';
import { servingContainer, taskAddress } from './task-runner.ts';
import { ecsAction, findCluster, nameOf, serviceNamed, taskDefinitionNamed, type EcsWorld } from './world.ts';

const listing = z.object({
  cluster: z.string().optional(),
  serviceName: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
  maxResults: z.int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});

/** List, describe and stop tasks. */
export function taskActions(world: EcsWorld): Actions {
  const { identity, runner } = world;
  return {
    ListTasks: ecsAction(listing, (input) => {
      const { items, next } = page(list(world, input), input.nextToken, input.maxResults, invalidParameter);
      return { taskArns: items.map(({ arn }) => arn), nextToken: next };
    }),
    DescribeTasks: ecsAction(
      z.object({
        cluster: z.string().optional(),
        tasks: z.array(z.string()).min(1, 'Tasks cannot be empty.').max(100),
      }),
      ({ cluster, tasks }) => {
        const own = findCluster(world, cluster);
        const found = tasks.map((id) => ({ id, task: taskNamed(world, own, id) }));
        return {
          tasks: found.flatMap(({ task }) => (task === undefined ? [] : [describeTask(world, task)])),
          failures: found
            .filter(({ task }) => task === undefined)
            .map(({ id }) => ({ arn: identity.ecsArn(`task/${own.name}/${nameOf(id)}`), reason: 'MISSING' })),
        };
      },
    ),
    StopTask: ecsAction(
      z.object({ cluster: z.string().optional(), task: z.string(), reason: z.string().optional() }),
      ({ cluster, task, reason }) => {
        const found = taskNamed(world, findCluster(world, cluster), task);
        if (found === undefined) throw invalidParameter('The referenced task was not found.');
        void runner.stopNow(found, reason ?? 'Task stopped by user');
        return { task: describeTask(world, found) };
      },
    ),
  };
}

function list(world: EcsWorld, input: z.output<typeof listing>): Task[] {
  if (input.startedBy !== undefined && (input.serviceName !== undefined || input.family !== undefined))
    throw invalidParameter('startedBy must be the only filter.');
  const cluster = findCluster(world, input.cluster);
  if (input.serviceName !== undefined && serviceNamed(world, cluster, input.serviceName) === undefined)
    throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const service = input.serviceName === undefined ? undefined : nameOf(input.serviceName);
  return [...world.model.tasks.values()].filter(
    (task) =>
      task.service.cluster === cluster &&
      (service === undefined || task.service.name === service) &&
      (input.family === undefined || task.deployment.taskDefinition.family === input.family) &&
      (input.startedBy === undefined ||
        (task.oneOff === undefined ? task.deployment.id : task.oneOff.startedBy) === input.startedBy) &&
      // A stopping task is listed among the stopped ones, as its desired status says.
      task.desiredStatus === (input.desiredStatus === 'PENDING' ? 'RUNNING' : input.desiredStatus),
  );
}

function taskNamed({ model }: EcsWorld, cluster: Cluster, idOrArn: string): Task | undefined {
  const id = nameOf(idOrArn);
  return [...model.tasks.values()].find((task) => task.id === id && task.service.cluster === cluster);
}

export function describeTask(world: EcsWorld, task: Task): object {
  const { taskDefinition } = task.deployment;
  const given = taskDefinitionNamed(world, taskDefinition.arn)?.given ?? {};
  return {
    taskArn: task.arn,
    clusterArn: task.service.cluster.arn,
    taskDefinitionArn: taskDefinition.arn,
    group: task.oneOff === undefined ? `service:${task.service.name}` : `family:${taskDefinition.family}`,
    ...task.oneOff?.kept,
    startedBy: task.oneOff === undefined ? task.deployment.id : task.oneOff.startedBy,
    launchType: 'FARGATE',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task, servingContainer(task)),
    cpu: given['cpu'],
    memory: given['memory'],
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppingAt: task.stoppingAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: taskDefinition.containers.map((container) => describeContainer(task, container)),
  };
}

function describeContainer(task: Task, container: ContainerDefinition): object {
  const serves = servingContainer(task)?.name === container.name;
  return {
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: serves ? task.imageDigest : undefined,
    lastStatus:
      serves && task.exitCode !== undefined
        ? 'STOPPED'
        : task.lastStatus === 'RUNNING' || task.lastStatus === 'STOPPED'
          ? task.lastStatus
          : task.startedAt === undefined
            ? 'PENDING'
            : 'RUNNING',
    healthStatus: healthOf(task, container),
    exitCode: serves ? task.exitCode : undefined,
    reason: task.stopCode === 'TaskFailedToStart' ? task.stoppedReason : undefined,
    networkBindings:
      serves && task.process !== undefined
        ? [
            {
              bindIP: taskAddress,
              containerPort: container.portMappings?.[0]?.containerPort,
              hostPort: task.process.port,
              protocol: 'tcp',
            },
          ]
        : [],
    networkInterfaces: [{ privateIpv4Address: taskAddress }],
  };
}

/** As AWS, `UNKNOWN` without a health check in the definition; else what its target says, for the fleet runs no shell commands. */
function healthOf(task: Task, container: ContainerDefinition | undefined): string {
  if (container?.healthCheck === undefined || task.lastStatus !== 'RUNNING') return 'UNKNOWN';
  const states = task.registrations.map(({ group, port }) => group.targets.get(targetKey(taskAddress, port))?.state);
  if (states.includes('unhealthy')) return 'UNHEALTHY';
  return states.includes('initial') ? 'UNKNOWN' : 'HEALTHY';
}
