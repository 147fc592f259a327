import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { invalidParameter } from '../aws-error.ts';
import type { Cluster } from './model.ts';
import {
  describeTags,
  ecsAction,
  findCluster,
  nameOf,
  serviceNamed,
  taskDefinitionNamed,
  refuseTags,
  tagList,
  tagsOf,
  type EcsWorld,
} from './world.ts';

/** Create and describe clusters, and the tags of everything in them. */
export function clusterActions(world: EcsWorld): Actions {
  const { model, identity } = world;
  return {
    CreateCluster: ecsAction(
      z.object({
        clusterName: z
          .string()
          .regex(/^[\w-]{1,255}$/)
          .default('default'),
        tags: tagList.optional(),
      }),
      ({ clusterName, tags }) => {
        const arn = identity.ecsArn(`cluster/${clusterName}`);
        const cluster = model.clusters.get(arn) ?? { arn, name: clusterName, tags: tagsOf(tags) };
        model.clusters.set(arn, cluster);
        return { cluster: describe(world, cluster) };
      },
    ),
    DescribeClusters: ecsAction(z.object({ clusters: z.array(z.string()).default(['default']) }), ({ clusters }) => {
      const found = clusters.map((name) => ({
        name,
        cluster: [...model.clusters.values()].find((cluster) => cluster.name === nameOf(name)),
      }));
      return {
        clusters: found.flatMap(({ cluster }) => (cluster === undefined ? [] : [describe(world, cluster)])),
        failures: found
          .filter(({ cluster }) => cluster === undefined)
          .map(({ name }) => ({ arn: identity.ecsArn(`cluster/${nameOf(name)}`), reason: 'MISSING' })),
      };
    }),
    TagResource: ecsAction(z.object({ resourceArn: z.string(), tags: tagList }), ({ resourceArn, tags }) => {
      const kept = tagged(world, resourceArn);
      refuseTags(tags);
      for (const { key, value } of tags) kept.set(key, value);
      return {};
    }),
    UntagResource: ecsAction(
      z.object({ resourceArn: z.string(), tagKeys: z.array(z.string()) }),
      ({ resourceArn, tagKeys }) => {
        const kept = tagged(world, resourceArn);
        for (const key of tagKeys) kept.delete(key);
        return {};
      },
    ),
    ListTagsForResource: ecsAction(z.object({ resourceArn: z.string() }), ({ resourceArn }) => ({
      tags: describeTags(tagged(world, resourceArn)),
    })),
  };
}

function tagged(world: EcsWorld, arn: string): Map<string, string> {
  if (arn.includes(':task-definition/')) {
    const found = taskDefinitionNamed(world, arn);
    if (found !== undefined) return found.tags;
  }
  if (arn.includes(':service/')) {
    const found = serviceNamed(world, findCluster(world, arn.split('/').at(-2)), arn);
    if (found !== undefined) return found.tags;
  }
  if (arn.includes(':cluster/')) return findCluster(world, arn).tags;
  throw invalidParameter(
    `The specified resource '${arn}' is not found: give the ARN of a cluster, a service or a task definition`,
  );
}

function describe({ model }: EcsWorld, cluster: Cluster): object {
  const services = [...model.services.values()].filter(
    (service) => service.cluster === cluster && service.status === 'ACTIVE',
  );
  const tasks = [...model.tasks.values()].filter(({ service }) => service.cluster === cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'PROVISIONING' || lastStatus === 'PENDING')
      .length,
    activeServicesCount: services.length,
    tags: describeTags(cluster.tags),
  };
}
