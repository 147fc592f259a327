import {
  ConflictException,
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  InvalidParameterException,
  ListServiceDeploymentsCommand,
  type ServiceDeployment as Described,
  type ServiceRevision,
  type ServiceRevisionSummary,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { beginDeployment } from './ecs-begin-deployment.ts';
import { deploymentSettingsOf } from './ecs-deployment-settings.ts';
import type { Revision, ServiceDeployment, ServiceDeployments } from '../service-deployments.ts';

/** Deployments of Amazon ECS in which ECS moves traffic. */
export function ecsServiceDeployments(client: ECSClient): ServiceDeployments {
  const read = async (arn: string): Promise<ServiceDeployment | undefined> => {
    const { serviceDeployments = [] } = await client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    const [found] = serviceDeployments;
    return found === undefined ? undefined : observed(found, await revisionsOf(found, client));
  };
  const newest: ServiceDeployments['newest'] = async ({ cluster, service }) => {
    const { serviceDeployments = [] } = await client.send(
      new ListServiceDeploymentsCommand({ cluster, service, maxResults: 100 }),
    );
    const [found] = serviceDeployments.toSorted(
      (left, right) => (right.createdAt?.getTime() ?? 0) - (left.createdAt?.getTime() ?? 0),
    );
    return found?.serviceDeploymentArn === undefined ? undefined : read(found.serviceDeploymentArn);
  };
  return {
    read,
    newest,
    begin: beginDeployment(client, newest),
    async answer(serviceDeploymentArn, hookId, action) {
      try {
        await client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
      } catch (error) {
        // An answer that was lost, or came too late: what the deployment does is read anew.
        if (!(error instanceof InvalidParameterException)) throw error;
        const now = await read(serviceDeploymentArn);
        if (now?.pauses.includes(hookId) === true) throw error;
      }
    },
    async goBack(serviceDeploymentArn) {
      try {
        await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
        const now = await read(serviceDeploymentArn);
        if (now?.state === 'underWay')
          throw new Error(
            `ECS does not take deployment ${serviceDeploymentArn} back while it is in ${now.stage}: ${error.message}`,
            { cause: error },
          );
      }
    },
  };
}

async function revisionsOf(
  { sourceServiceRevisions = [], targetServiceRevision: target }: Described,
  client: ECSClient,
): Promise<readonly ServiceRevision[]> {
  const serviceRevisionArns = [target, ...sourceServiceRevisions].flatMap((summary) => summary?.arn ?? []);
  const { serviceRevisions = [] } = await client.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  return serviceRevisions;
}

/**
 * The source that serves. After an interrupted deployment there may be two: ECS puts the next version into the target group of its pair
 * that does not serve, so that the source in the other one does. Only where that tells nothing, the most traffic asked for does.
 */
function servingSource(
  sources: readonly ServiceRevisionSummary[],
  target: ServiceRevisionSummary,
  revisions: readonly ServiceRevision[],
): ServiceRevisionSummary | undefined {
  const taken = revisionOf(target, revisions).targetGroups;
  const apart = sources.filter((source) => {
    const { targetGroups } = revisionOf(source, revisions);
    return targetGroups.length > 0 && taken.length > 0 && !targetGroups.some((group) => taken.includes(group));
  });
  return (apart.length === 0 ? sources : apart).toSorted(
    (left, right) => (right.requestedProductionTrafficWeight ?? 0) - (left.requestedProductionTrafficWeight ?? 0),
  )[0];
}

function observed(described: Described, revisions: readonly ServiceRevision[]): ServiceDeployment {
  const { serviceDeploymentArn = '', sourceServiceRevisions = [], targetServiceRevision: target = {} } = described;
  const source = servingSource(sourceServiceRevisions, target, revisions);
  return {
    arn: serviceDeploymentArn,
    state: stateOf(described.status),
    stage: described.lifecycleStage ?? '',
    reason: described.statusReason ?? '',
    hasEnded: /^(?:SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/.test(described.status ?? ''),
    hasFailedToGoBack: described.status === 'ROLLBACK_FAILED',
    weight: target.requestedProductionTrafficWeight ?? 0,
    pauses: (described.lifecycleHookDetails ?? []).flatMap(({ hookId, targetType, status }) =>
      hookId !== undefined && targetType === 'PAUSE' && status === 'AWAITING_ACTION' ? [hookId] : [],
    ),
    source: source === undefined ? undefined : revisionOf(source, revisions),
    sources: sourceServiceRevisions.length,
    goesOnAlone: (described.deploymentConfiguration?.lifecycleHooks ?? []).some(
      ({ targetType, timeoutConfiguration }) => targetType === 'PAUSE' && timeoutConfiguration?.action === 'CONTINUE',
    ),
    settings: deploymentSettingsOf({ deploymentConfiguration: described.deploymentConfiguration }),
    target: revisionOf(target, revisions),
  };
}

function stateOf(status: string | undefined): ServiceDeployment['state'] {
  if (status === 'SUCCESSFUL') return 'succeeded';
  if (status === 'STOPPED' || status === 'STOP_REQUESTED') return 'stopped';
  return status?.startsWith('ROLLBACK') === true ? 'goingBack' : 'underWay';
}

function revisionOf(summary: ServiceRevisionSummary, revisions: readonly ServiceRevision[]): Revision {
  const found = revisions.find(({ serviceRevisionArn }) => serviceRevisionArn === summary.arn);
  return {
    arn: summary.arn ?? '',
    taskDefinition: found?.taskDefinition ?? '',
    targetGroups: (found?.resolvedConfiguration?.loadBalancers ?? []).flatMap(
      ({ targetGroupArn }) => targetGroupArn ?? [],
    ),
    digests: Object.fromEntries(
      (found?.containerImages ?? []).flatMap(({ containerName, imageDigest }): [string, string][] =>
        containerName === undefined || imageDigest === undefined ? [] : [[containerName, imageDigest]],
      ),
    ),
    desired: summary.requestedTaskCount ?? 0,
    running: summary.runningTaskCount ?? 0,
  };
}
