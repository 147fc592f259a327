import * as z from 'zod';
import { actionMaker } from '../api/action.ts';
import { AwsError, invalidParameter } from '../aws-error.ts';
import type { ElbModel } from '../elb/model.ts';
import type { Identity } from '../identity.ts';
import type { NativeDeployments } from './native/native-deployments.ts';
import type { Cluster, EcsModel, Service, TaskDefinition } from './model.ts';
import type { Scheduler } from './scheduler.ts';
import type { TaskRunner } from './task-runner.ts';

/** What the ECS actions work on. */
export interface EcsWorld {
  readonly model: EcsModel;
  readonly elb: ElbModel;
  readonly identity: Identity;
  readonly scheduler: Scheduler;
  readonly runner: TaskRunner;
  readonly native: NativeDeployments;
}

/** Defines an ECS action; input that does not fit is an `InvalidParameterException`. */
export const ecsAction = actionMaker(invalidParameter);

export const tagList = z.array(z.object({ key: z.string(), value: z.string().default('') }));

/**
 * Refuses tags that a caller may not set: the prefix is reserved for AWS, in any case, and there are 50 at most.
 * @throws AwsError InvalidParameterException
 */
export function refuseTags(tags: z.output<typeof tagList> = []): void {
  if (tags.some(({ key }) => /^aws:/i.test(key))) throw invalidParameter('Tag key must not start with aws:');
  if (tags.length > 50) throw invalidParameter('Number of tags must not exceed 50');
}

/** Names are given as such or as an ARN that ends in it. */
export function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}

/** @throws AwsError ClusterNotFoundException */
export function findCluster({ model }: EcsWorld, nameOrArn = 'default'): Cluster {
  const found = [...model.clusters.values()].find(({ arn, name }) => arn === nameOrArn || name === nameOrArn);
  if (found === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return found;
}

/** A service of a cluster, in whatever status; `undefined` where there is none of that name. */
export function serviceNamed({ model }: EcsWorld, cluster: Cluster, nameOrArn: string): Service | undefined {
  const name = nameOf(nameOrArn);
  return [...model.services.values()].find((service) => service.cluster === cluster && service.name === name);
}

/** @throws AwsError ServiceNotFoundException, ServiceNotActiveException */
export function activeService(world: EcsWorld, cluster: string | undefined, nameOrArn: string): Service {
  const found = serviceNamed(world, findCluster(world, cluster), nameOrArn);
  if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return found;
}

/** By family (its newest active revision), `family:revision` or ARN; `undefined` where there is none. */
export function taskDefinitionNamed({ model }: Pick<EcsWorld, 'model'>, reference: string): TaskDefinition | undefined {
  const name = nameOf(reference);
  if (name.includes(':')) return model.taskDefinitions.get(name);
  return [...model.taskDefinitions.values()].findLast(({ family, status }) => family === name && status === 'ACTIVE');
}

/** @throws AwsError ClientException where it is not there or no longer active */
export function usableTaskDefinition(world: EcsWorld, reference: string): TaskDefinition {
  const found = taskDefinitionNamed(world, reference);
  if (found === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return found;
}

export function tagsOf(tags: z.output<typeof tagList> | undefined): Map<string, string> {
  return new Map((tags ?? []).map(({ key, value }) => [key, value]));
}

export function describeTags(tags: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}
