import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import type { Cluster, Task, TaskDefinition } from './model.ts';
import { describeTask } from './tasks.ts';
import { ecsAction, findCluster, usableTaskDefinition, type EcsWorld } from './world.ts';

const pair = z.object({ name: z.string(), value: z.string() });
const override = z.looseObject({
  name: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.array(pair).optional(),
});

const running = z.looseObject({
  cluster: z.string().optional(),
  taskDefinition: z.string(),
  count: z.int().min(1).max(10).default(1),
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']).optional(),
  capacityProviderStrategy: z.array(z.looseObject({ capacityProvider: z.string() })).optional(),
  networkConfiguration: z.looseObject({}).optional(),
  overrides: z.looseObject({ containerOverrides: z.array(override).default([]) }).prefault({}),
  clientToken: z
    .string()
    .regex(/^[!-~]{1,64}$/, 'Client token must be of 1 to 64 printable ASCII characters')
    .optional(),
  startedBy: z
    .string()
    .regex(/^[\w/-]{1,128}$/, 'startedBy must be letters, digits, hyphens, slashes and underscores')
    .optional(),
});

/**
 * RunTask: tasks that belong to no service. A token that is used again starts nothing more:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export function runTaskActions(world: EcsWorld): Actions {
  return {
    RunTask: ecsAction(running, (input) => {
      const cluster = findCluster(world, input.cluster);
      const definition = usableTaskDefinition(world, input.taskDefinition);
      checkRequest(input, definition);
      const known = knownByToken(world, cluster, input);
      const tasks = known.length > 0 ? known : start(world, cluster, definition, input);
      return { tasks: tasks.map((task) => describeTask(world, task)), failures: [] };
    }),
  };
}

function checkRequest(
  { launchType, capacityProviderStrategy, overrides, networkConfiguration }: z.output<typeof running>,
  definition: TaskDefinition,
): void {
  if (launchType !== undefined && capacityProviderStrategy !== undefined)
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  if (definition.given['networkMode'] === 'awsvpc' && networkConfiguration === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  for (const { name } of overrides.containerOverrides) {
    if (!definition.containers.some((one) => one.name === name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
  }
}

/** @throws AwsError ConflictException where the token stands for another request */
function knownByToken({ model }: EcsWorld, cluster: Cluster, input: z.output<typeof running>): readonly Task[] {
  const { clientToken } = input;
  if (clientToken === undefined) return [];
  const known = [...model.tasks.values()].filter(
    ({ oneOff, service }) => service.cluster === cluster && oneOff?.clientToken === clientToken,
  );
  if (known.some(({ oneOff }) => oneOff?.request !== JSON.stringify(input)))
    throw new AwsError(
      'ConflictException',
      'The provided clientToken is already in use with a different RunTask request.',
      400,
      {
        resourceIds: known.map(({ arn }) => arn),
      },
    );
  return known;
}

function start(
  { runner }: EcsWorld,
  cluster: Cluster,
  definition: TaskDefinition,
  input: z.output<typeof running>,
): readonly Task[] {
  const { count, overrides, clientToken, startedBy, launchType, capacityProviderStrategy } = input;
  const [given] = overrides.containerOverrides;
  const oneOff = {
    startedBy,
    clientToken,
    request: JSON.stringify(input),
    kept: { overrides, ...(capacityProviderStrategy === undefined && { launchType: launchType ?? 'EC2' }) },
    container: given?.name ?? definition.containers[0]?.name ?? '',
    command: given?.command,
    environment: Object.fromEntries((given?.environment ?? []).map(({ name, value }) => [name, value])),
  };
  return Array.from({ length: count }, () => runner.startOneOff(cluster, definition, oneOff));
}
