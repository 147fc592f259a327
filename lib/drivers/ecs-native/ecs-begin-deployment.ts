import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DeploymentConfiguration,
  DescribeServicesCommand,
  type ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { hooksForRollouts, judgedStages } from '../attachment.ts';
import { Refusal } from '../../rollout/refusal.ts';
import {
  type DeploymentOrder,
  isEnding,
  type ServiceDeployment,
  type ServiceDeployments,
} from '../service-deployments.ts';
import { deploymentSettingsOf, writtenHooks } from './ecs-deployment-settings.ts';

/** UpdateService does not tell the deployment that it begins: it is looked up, so often. */
const lookUps = 6;
const betweenMilliseconds = 500;

/** Begins deployments of ECS with the steps of a rollout, and a pause wherever it judges. */
export function beginDeployment(client: ECSClient, newest: ServiceDeployments['newest']): ServiceDeployments['begin'] {
  return async (workload, order) => {
    const { cluster, service } = workload;
    const present = await newest(workload);
    // A call whose answer was lost.
    if (present?.state === 'underWay' && present.target.taskDefinition === order.taskDefinition) return present.arn;
    refuseBusy(service, present);
    refuseOthersRoles(service, present, order);
    const { services: [found] = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    if (found?.status !== 'ACTIVE') throw new Refusal(`Cluster ${cluster} has no active ECS service ${service}.`);
    const { strategy, hooks, bindings } = deploymentSettingsOf(found);
    const [binding] = bindings;
    if (strategy === 'ROLLING' || binding?.alternate === undefined || binding.rule === undefined)
      throw new Refusal(
        `ECS service ${service} is not set up to move traffic (strategy ${strategy}); give it the strategy BLUE_GREEN, and its target group an advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn.`,
      );
    const calling = hooks.find(({ type }) => type !== 'PAUSE');
    // The caller passes the role of such a hook, which a stage may not.
    if (calling !== undefined)
      throw new Refusal(
        `ECS service ${service} has a hook that calls ${calling.target ?? 'a function'}; take it away, or let its CI begin the deployments (driver: ecs-native).`,
      );
    const pauses = hooksForRollouts(hooks, order.pauseMinutes, judgedStages);
    if ('found' in pauses)
      throw new Refusal(`ECS service ${service} cannot wait for rollouts: ${pauses.found}; write ${pauses.fix}.`);
    const { linearConfiguration: _, canaryConfiguration: __, ...kept } = found.deploymentConfiguration ?? {};
    const deploymentConfiguration: DeploymentConfiguration = {
      ...kept,
      ...stepsByEcs(order.weights),
      // What waits is the rollout: it judges at its own pauses.
      bakeTimeInMinutes: 0,
      lifecycleHooks: writtenHooks(found.deploymentConfiguration?.lifecycleHooks ?? [], pauses),
    };
    const { taskDefinition } = order;
    await client.send(
      new UpdateServiceCommand({ cluster, service, taskDefinition, forceNewDeployment: true, deploymentConfiguration }),
    );
    return lookedUp(service, taskDefinition, () => newest(workload));
  };
}

/** ECS would end a deployment under way for the next one, whatever traffic it has. */
function refuseBusy(service: string, newest: ServiceDeployment | undefined): void {
  if (newest !== undefined && isEnding(newest))
    throw new Error(`ECS still ends deployment ${newest.arn} of ${service}; the rollout waits for it.`);
  if (newest?.state === 'underWay')
    throw new Refusal(
      `Deployment ${newest.arn} of ECS service ${service} is under way, which this rollout has not begun; wait for it, or end it with: aws ecs stop-service-deployment --service-deployment-arn ${newest.arn} --stop-type ROLLBACK`,
    );
}

/** ECS puts the new version into the target group that does not serve: where that is blue's, the rollback would lead to it. */
function refuseOthersRoles(service: string, newest: ServiceDeployment | undefined, { serving }: DeploymentOrder): void {
  if (newest === undefined) return;
  const serves = newest.state === 'succeeded' ? newest.target : newest.source;
  if (serves?.targetGroups.includes(serving) === true) return;
  throw new Refusal(
    `Since the rollout began, deployment ${newest.arn} of ECS service ${service} has changed which version serves: ${serving} does not any more; start the rollout again.`,
  );
}

/** All at once, one share and then all, or equal steps; nothing bakes. */
function stepsByEcs(weights: readonly number[]): DeploymentConfiguration {
  const [first = 100] = weights;
  if (weights.length <= 1) return { strategy: 'BLUE_GREEN' };
  if (weights.length === 2)
    return { strategy: 'CANARY', canaryConfiguration: { canaryPercent: first, canaryBakeTimeInMinutes: 0 } };
  return { strategy: 'LINEAR', linearConfiguration: { stepPercent: first, stepBakeTimeInMinutes: 0 } };
}

async function lookedUp(
  service: string,
  taskDefinition: DeploymentOrder['taskDefinition'],
  newest: () => Promise<ServiceDeployment | undefined>,
): Promise<string> {
  for (let look = 1; look <= lookUps; look += 1) {
    const found = await newest();
    if (found?.state === 'underWay' && found.target.taskDefinition === taskDefinition) return found.arn;
    await sleep(betweenMilliseconds);
  }
  throw new Error(`ECS has accepted the update of ${service}, and does not list its deployment yet.`);
}
