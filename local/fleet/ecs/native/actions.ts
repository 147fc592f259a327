import * as z from 'zod';
import type { Actions } from '../../api/action.ts';
import { page } from '../../api/page.ts';
import { AwsError, invalidParameter } from '../../aws-error.ts';
import type { Deployment, Service } from '../model.ts';
import { ecsAction, findCluster, serviceNamed, type EcsWorld } from '../world.ts';
import { describeBriefly, describeRevision, describeServiceDeployment } from './describe.ts';

const deploymentArns = z.array(z.string()).min(1, 'ServiceDeploymentArns cannot be empty.').max(20);
const revisionArns = z.array(z.string()).min(1, 'ServiceRevisionArns cannot be empty.').max(20);
/** The wire form of a time: seconds since 1970. */
const seconds = z.number();

const listing = z.object({
  cluster: z.string().optional(),
  service: z.string(),
  status: z.array(z.string()).optional(),
  createdAt: z.object({ before: seconds.optional(), after: seconds.optional() }).optional(),
  maxResults: z.int().min(1).max(100).default(20),
  nextToken: z.string().optional(),
});

/** Describe, list, continue and stop deployments in which ECS moves traffic, and describe revisions. */
export function nativeActions(world: EcsWorld): Actions {
  const { model, native } = world;
  return {
    DescribeServiceDeployments: ecsAction(
      z.object({ serviceDeploymentArns: deploymentArns }),
      ({ serviceDeploymentArns: arns }) => {
        const found = arns.map((arn) => ({ arn, deployment: model.serviceDeployments.get(arn) }));
        return {
          serviceDeployments: found.flatMap(({ deployment }) =>
            deployment === undefined ? [] : [describeServiceDeployment(model, deployment)],
          ),
          failures: missing(found.filter(({ deployment }) => deployment === undefined)),
        };
      },
    ),
    ListServiceDeployments: ecsAction(listing, (input) => {
      const { items, next } = page(list(world, input), input.nextToken, input.maxResults, invalidParameter);
      return { serviceDeployments: items.map(describeBriefly), nextToken: next };
    }),
    DescribeServiceRevisions: ecsAction(
      z.object({ serviceRevisionArns: revisionArns }),
      ({ serviceRevisionArns: arns }) => {
        const found = arns.map((arn) => ({ arn, found: revisionNamed(world, arn) }));
        return {
          serviceRevisions: found.flatMap((one) =>
            one.found === undefined ? [] : [describeRevision(model, one.found.service, one.found.revision)],
          ),
          failures: missing(found.filter((one) => one.found === undefined)),
        };
      },
    ),
    ContinueServiceDeployment: ecsAction(
      z.object({
        serviceDeploymentArn: z.string(),
        hookId: z.string(),
        action: z.enum(['CONTINUE', 'ROLLBACK']).default('CONTINUE'),
      }),
      ({ serviceDeploymentArn, hookId, action }) => {
        native.answer(serviceDeploymentArn, hookId, action);
        return { serviceDeploymentArn };
      },
    ),
    StopServiceDeployment: ecsAction(
      z.object({ serviceDeploymentArn: z.string(), stopType: z.enum(['ABORT', 'ROLLBACK']).default('ROLLBACK') }),
      ({ serviceDeploymentArn, stopType }) => {
        if (stopType === 'ABORT')
          throw new AwsError('UnsupportedFeatureException', 'The stop type ABORT is not supported: use ROLLBACK.');
        native.rollBack(serviceDeploymentArn);
        return { serviceDeploymentArn };
      },
    ),
  };
}

/** The newest first. */
function list(world: EcsWorld, { cluster, service, status, createdAt }: z.output<typeof listing>) {
  const found = serviceNamed(world, findCluster(world, cluster), service);
  if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  const { after = 0, before = Number.POSITIVE_INFINITY } = createdAt ?? {};
  return [...world.model.serviceDeployments.values()]
    .filter((deployment) => deployment.service === found)
    .filter((deployment) => status === undefined || status.includes(deployment.status))
    .filter((deployment) => deployment.createdAt.getTime() >= after * 1000 - 1)
    .filter((deployment) => deployment.createdAt.getTime() <= before * 1000 + 1)
    .toReversed();
}

function revisionNamed({ model }: EcsWorld, arn: string): { service: Service; revision: Deployment } | undefined {
  for (const service of model.services.values()) {
    const own = [...model.serviceDeployments.values()].filter((deployment) => deployment.service === service);
    const all = [...service.deployments, ...own.flatMap(({ source, target }) => [target, ...(source ? [source] : [])])];
    const revision = all.find(({ revisionArn }) => revisionArn === arn);
    if (revision !== undefined) return { service, revision };
  }
  return undefined;
}

function missing(found: readonly { readonly arn: string }[]): readonly object[] {
  return found.map(({ arn }) => ({ arn, reason: 'MISSING' }));
}
