import type { DeploymentConfiguration, ServiceDeployment, ServiceRevision } from '@aws-sdk/client-ecs';
import type { Slots } from './slots.ts';

/** A version of the service in one half of its pair of target groups. */
export interface Revision {
  readonly half: 'web-a' | 'web-b';
  readonly taskDefinition: string;
}

/** A deployment of the service, as ECS keeps it. */
export interface Deployment {
  readonly arn: string;
  readonly createdAt: number;
  readonly source: Revision;
  readonly target: Revision;
  readonly configuration: DeploymentConfiguration;
  /** Tasks of the service. */
  readonly desired: number;
  status: NonNullable<ServiceDeployment['status']>;
  stage: string;
  reason: string;
  /** Percent that ECS has asked for. */
  weight: number;
  /** What it waits for: an answer to a hook, or without one nothing that anybody could answer. */
  pause?: { readonly hookId: string | undefined; readonly answer: (how: string) => void } | undefined;
  /** Why it does not go on. */
  ending?: { readonly kind: 'rollback' | 'superseded'; readonly reason: string } | undefined;
}

export function revisionArn({ half, taskDefinition }: Revision): string {
  return `arn:aws:ecs:eu-west-1:111122223333:service-revision/main/web/${half}-${taskDefinition.slice(-8)}`;
}

/** The weights that ECS gives the new version one after the other. */
export function weightsBySteps({
  strategy,
  canaryConfiguration,
  linearConfiguration,
}: DeploymentConfiguration): readonly number[] {
  if (strategy === 'CANARY') return [canaryConfiguration?.canaryPercent ?? 5, 100];
  if (strategy !== 'LINEAR') return [100];
  const step = linearConfiguration?.stepPercent ?? 10;
  return Array.from({ length: Math.ceil(100 / step) }, (_, index) => Math.min(100, step * (index + 1)));
}

/** As DescribeServiceDeployments answers. */
export function describedDeployment(deployment: Deployment, slots: Slots): object {
  const { arn, createdAt, source, target, configuration, status, stage, reason, weight, pause } = deployment;
  const summary = (revision: Revision, requestedProductionTrafficWeight: number) => {
    const slot = slots.slot(revision.half);
    const [group = ''] = slot.targetGroups;
    return {
      arn: revisionArn(revision),
      requestedTaskCount: slot.desired,
      runningTaskCount: Math.min(slot.desired, slots.healthy(group).healthy),
      requestedProductionTrafficWeight,
    };
  };
  return {
    serviceDeploymentArn: arn,
    createdAt: new Date(createdAt),
    ...{ status, statusReason: reason, lifecycleStage: stage, deploymentConfiguration: configuration },
    sourceServiceRevisions: [summary(source, 100 - weight)],
    targetServiceRevision: summary(target, weight),
    lifecycleHookDetails:
      pause?.hookId === undefined ? [] : [{ hookId: pause.hookId, targetType: 'PAUSE', status: 'AWAITING_ACTION' }],
  };
}

/** As DescribeServiceRevisions answers. */
export function describedRevision(revision: Revision, slots: Slots): ServiceRevision {
  return {
    serviceRevisionArn: revisionArn(revision),
    taskDefinition: revision.taskDefinition,
    resolvedConfiguration: {
      loadBalancers: slots.slot(revision.half).targetGroups.map((targetGroupArn) => ({ targetGroupArn })),
    },
    containerImages: [{ containerName: 'app', imageDigest: revision.taskDefinition.slice(4) }],
  };
}
