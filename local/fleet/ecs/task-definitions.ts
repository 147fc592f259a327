import * as z from 'zod';
import { actionMaker, type Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import type { TaskDefinition } from './model.ts';
import { describeTags, ecsAction, refuseTags, tagList, taskDefinitionNamed, tagsOf, type EcsWorld } from './world.ts';

const clientException = (message: string) => new AwsError('ClientException', message);
/** RegisterTaskDefinition speaks of bad input as a `ClientException`. */
const registering = actionMaker(clientException);

const container = z.looseObject({
  name: z.string().regex(/^[\w-]{1,255}$/, 'Container name must be letters, digits, hyphens and underscores'),
  image: z.string().min(1, 'Container.image should not be null or empty.'),
  environment: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  portMappings: z.array(z.looseObject({ containerPort: z.int().optional() })).optional(),
  command: z.array(z.string()).optional(),
  essential: z.boolean().optional(),
  stopTimeout: z.int().min(0).max(120).optional(),
});

const registration = z.looseObject({
  family: z.string().regex(/^[\w-]{1,255}$/, 'Family must be letters, digits, hyphens and underscores'),
  containerDefinitions: z.array(container).min(1, 'Container list cannot be empty.'),
  tags: tagList.optional(),
});

/**
 * Register, describe, list and deregister task definitions. What is registered comes back with every field, also one that no
 * published model has; members that only a description has are not read.
 */
export function taskDefinitionActions(world: EcsWorld): Actions {
  const { model } = world;
  return {
    RegisterTaskDefinition: registering(registration, (input) => {
      const registered = register(world, input);
      return { taskDefinition: describe(registered), tags: describeTags(registered.tags) };
    }),
    DescribeTaskDefinition: ecsAction(
      z.object({ taskDefinition: z.string(), include: z.array(z.enum(['TAGS'])).optional() }),
      ({ taskDefinition, include }) => {
        const found = taskDefinitionNamed(world, taskDefinition);
        if (found === undefined) throw clientException('Unable to describe task definition.');
        return {
          taskDefinition: describe(found),
          tags: include?.includes('TAGS') === true ? describeTags(found.tags) : [],
        };
      },
    ),
    DeregisterTaskDefinition: ecsAction(z.object({ taskDefinition: z.string() }), ({ taskDefinition }) => {
      const found = taskDefinition.includes(':') ? taskDefinitionNamed(world, taskDefinition) : undefined;
      if (found === undefined)
        throw clientException('The specified task definition does not exist. Specify a family and revision.');
      found.status = 'INACTIVE';
      found.deregisteredAt ??= new Date();
      return { taskDefinition: describe(found) };
    }),
    ListTaskDefinitions: ecsAction(
      z.object({
        familyPrefix: z.string().optional(),
        status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
        sort: z.enum(['ASC', 'DESC']).default('ASC'),
        maxResults: z.int().min(1).max(100).default(100),
        nextToken: z.string().optional(),
      }),
      ({ familyPrefix, status, sort, maxResults, nextToken }) => {
        const found = [...model.taskDefinitions.values()].filter(
          (definition) =>
            definition.status === status && (familyPrefix === undefined || definition.family === familyPrefix),
        );
        found.sort((left, right) => left.family.localeCompare(right.family) || left.revision - right.revision);
        if (sort === 'DESC') found.reverse();
        const { items, next } = page(found, nextToken, maxResults, invalidParameter);
        return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken: next };
      },
    ),
  };
}

function register({ model, identity }: EcsWorld, input: z.output<typeof registration>): TaskDefinition {
  const { family, containerDefinitions, tags, ...given } = input;
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !model.describedOnly.has(name)));
  refuseTags(tags);
  if (new Set(containerDefinitions.map(({ name }) => name)).size < containerDefinitions.length)
    throw clientException('Container names must be unique within a task definition.');
  const revisions = [...model.taskDefinitions.values()].filter((definition) => definition.family === family);
  const revision = revisions.reduce((newest, definition) => Math.max(newest, definition.revision), 0) + 1;
  const registered: TaskDefinition = {
    arn: identity.ecsArn(`task-definition/${family}:${revision}`),
    family,
    revision,
    given: { ...rest, family, containerDefinitions: containerDefinitions.map(withDefaults) },
    containers: containerDefinitions,
    tags: tagsOf(tags),
    registeredAt: new Date(),
    status: 'ACTIVE',
  };
  model.taskDefinitions.set(`${family}:${revision}`, registered);
  return registered;
}

/** AWS describes these even where nothing was given. */
function withDefaults(given: z.output<typeof container>): object {
  return { cpu: 0, portMappings: [], essential: true, environment: [], mountPoints: [], volumesFrom: [], ...given };
}

function describe(definition: TaskDefinition): object {
  return {
    volumes: [],
    placementConstraints: [],
    compatibilities: ['EC2', 'FARGATE'],
    requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
    registeredBy: 'arn:aws:iam::000000000000:root',
    ...definition.given,
    ...definition.described,
    taskDefinitionArn: definition.arn,
    revision: definition.revision,
    status: definition.status,
    registeredAt: definition.registeredAt,
    deregisteredAt: definition.deregisteredAt,
  };
}
