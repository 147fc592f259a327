import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import { binding, checkStrategy, configured, deploymentConfiguration } from './deployment-configuration.ts';
import { describeService } from './describe-service.ts';
import { primaryOf, type LoadBalancerBinding, type Service, type TaskDefinition } from './model.ts';
import {
  activeService,
  ecsAction,
  findCluster,
  nameOf,
  serviceNamed,
  refuseTags,
  tagList,
  tagsOf,
  usableTaskDefinition,
  type EcsWorld,
} from './world.ts';

const changeable = {
  cluster: z.string().optional(),
  desiredCount: z.int().min(0).max(1000).optional(),
  loadBalancers: z.array(binding).optional(),
  deploymentConfiguration: deploymentConfiguration.optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).optional(),
};

const creation = z.looseObject({
  ...changeable,
  serviceName: z.string().regex(/^[\w-]{1,255}$/, 'Service name must be letters, digits, hyphens and underscores'),
  taskDefinition: z.string(),
  tags: tagList.optional(),
});
const update = z.looseObject({
  ...changeable,
  service: z.string(),
  taskDefinition: z.string().optional(),
  forceNewDeployment: z.boolean().optional(),
});

/** Create, update, describe, list and delete services. */
export function serviceActions(world: EcsWorld): Actions {
  const { model, scheduler } = world;
  return {
    CreateService: ecsAction(creation, (input) => ({ service: describeService(model, create(world, input)) })),
    UpdateService: ecsAction(update, (input) => ({ service: describeService(model, change(world, input)) })),
    ...readingActions(world),
    DeleteService: ecsAction(
      z.object({ cluster: z.string().optional(), service: z.string(), force: z.boolean().default(false) }),
      ({ cluster, service, force }) => {
        const found = activeService(world, cluster, service);
        if (found.desiredCount > 0 && !force)
          throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
        found.status = 'DRAINING';
        found.desiredCount = 0;
        scheduler.look(found);
        return { service: describeService(model, found) };
      },
    ),
  };
}

function readingActions(world: EcsWorld): Actions {
  const { model, identity } = world;
  return {
    DescribeServices: ecsAction(
      z.object({
        cluster: z.string().optional(),
        services: z.array(z.string()).min(1, 'Services cannot be empty.').max(10),
      }),
      (input) => {
        const cluster = findCluster(world, input.cluster);
        const found = input.services.map((name) => ({ name, service: serviceNamed(world, cluster, name) }));
        return {
          services: found.flatMap(({ service }) => (service === undefined ? [] : [describeService(model, service)])),
          failures: found
            .filter(({ service }) => service === undefined)
            .map(({ name }) => ({
              arn: identity.ecsArn(`service/${cluster.name}/${nameOf(name)}`),
              reason: 'MISSING',
            })),
        };
      },
    ),
    ListServices: ecsAction(
      z.object({
        cluster: z.string().optional(),
        maxResults: z.int().min(1).max(100).default(10),
        nextToken: z.string().optional(),
      }),
      ({ cluster, maxResults, nextToken }) => {
        const own = findCluster(world, cluster);
        const found = [...model.services.values()].filter(
          (service) => service.cluster === own && service.status === 'ACTIVE',
        );
        const { items, next } = page(found, nextToken, maxResults, invalidParameter);
        return { serviceArns: items.map(({ arn }) => arn), nextToken: next };
      },
    ),
  };
}

function create(world: EcsWorld, input: z.output<typeof creation>): Service {
  const { model, identity } = world;
  const {
    serviceName,
    taskDefinition,
    cluster: clusterName,
    desiredCount,
    loadBalancers,
    deploymentConfiguration: given,
    healthCheckGracePeriodSeconds,
    tags,
    ...kept
  } = input;
  refuseTags(tags);
  const cluster = findCluster(world, clusterName);
  const arn = identity.ecsArn(`service/${cluster.name}/${serviceName}`);
  if ((model.services.get(arn)?.status ?? 'INACTIVE') !== 'INACTIVE')
    throw invalidParameter('Creation of service was not idempotent.');
  const definition = usableTaskDefinition(world, taskDefinition);
  const bindings = loadBalancers ?? [];
  checkBindings(world, bindings, definition);
  const configuration = configured(undefined, given);
  checkStrategy(configuration, bindings);
  const service: Service = {
    arn,
    name: serviceName,
    cluster,
    createdAt: new Date(),
    tags: tagsOf(tags),
    kept,
    status: 'ACTIVE',
    desiredCount: desiredCount ?? 0,
    loadBalancers: bindings,
    healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? 0,
    deploymentConfiguration: configuration,
    deployments: [],
    events: [],
    holdStartsUntil: 0,
  };
  model.services.set(arn, service);
  deploy(world, service, definition);
  return service;
}

/**
 * A new task definition, new target groups or `forceNewDeployment` begin a deployment; a mere change of the count, or of how later
 * deployments are to go, does not.
 */
function change(world: EcsWorld, input: z.output<typeof update>): Service {
  const { scheduler } = world;
  const {
    cluster,
    service: name,
    taskDefinition,
    desiredCount,
    loadBalancers,
    deploymentConfiguration: given,
    healthCheckGracePeriodSeconds,
    forceNewDeployment,
    ...kept
  } = input;
  const service = activeService(world, cluster, name);
  const before = primaryOf(service).taskDefinition;
  const definition = taskDefinition === undefined ? before : usableTaskDefinition(world, taskDefinition);
  const bindings = loadBalancers ?? service.loadBalancers;
  checkBindings(world, bindings, definition);
  const configuration = configured(service.deploymentConfiguration, given);
  checkStrategy(configuration, bindings);
  service.desiredCount = desiredCount ?? service.desiredCount;
  service.deploymentConfiguration = configuration;
  service.healthCheckGracePeriodSeconds = healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  service.kept = { ...service.kept, ...kept };
  service.loadBalancers = bindings;
  if (
    definition !== before ||
    loadBalancers !== undefined ||
    forceNewDeployment === true ||
    kept['networkConfiguration'] !== undefined
  )
    deploy(world, service, definition);
  primaryOf(service).desiredCount = service.desiredCount;
  scheduler.look(service);
  return service;
}

/** Task by task, or by moving traffic, as the service's strategy says. */
function deploy({ scheduler, native }: EcsWorld, service: Service, definition: TaskDefinition): void {
  if (service.deploymentConfiguration.strategy !== 'ROLLING') {
    native.begin(service, definition);
    return;
  }
  native.leave(service);
  scheduler.deploy(service, definition);
}

function checkBindings({ elb }: EcsWorld, bindings: readonly LoadBalancerBinding[], definition: TaskDefinition): void {
  for (const { targetGroupArn, containerName, containerPort } of bindings) {
    if (!elb.targetGroups.has(targetGroupArn))
      throw invalidParameter(
        `Unable to assume role or find target group: the target group '${targetGroupArn}' does not exist.`,
      );
    if (loadBalancersOf(elb, targetGroupArn).length === 0)
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    const container = definition.containers.find(({ name }) => name === containerName);
    if (container === undefined)
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    if (container.portMappings?.some((mapping) => mapping.containerPort === containerPort) !== true) {
      throw new AwsError(
        'InvalidParameterException',
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
  }
}
