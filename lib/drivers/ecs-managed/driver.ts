import { judgedStages, pauseMinutes, pausesAtEach, weightsOfSteps } from '../attachment.ts';
import type { Driver, DriverPorts } from '../driver.ts';
import { deploymentsOf, inOneService, takeBack } from '../ecs-native/one-service-driver.ts';
import type { ServiceDeployment } from '../service-deployments.ts';
import { workloadOf } from '../shapes/layout-of.ts';
import { shapeOf } from '../shapes/registry.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutState } from '../../rollout/state.ts';

/**
 * Two versions in one ECS service, whose deployments rollouts begin: with their own steps, and with a pause wherever the rollout judges.
 * What follows is that of a deployment that others have begun.
 */
export const ecsManagedDriver: Driver = {
  ...inOneService,
  name: 'ecs-managed',
  checks: ['slots', 'other-deployment', 'protocol', 'stickiness', 'rules', 'blue', 'answer'],
  begun: async (state, { runtime }) => {
    const own = await ownDeployment(state, runtime);
    return own && { deploymentId: own.arn, taskDefinition: own.target.taskDefinition };
  },
  provision: ({ spec, blue, green }, { taskDefinition }, { runtime }) => {
    const minutes = pauseMinutes(spec);
    if (typeof minutes !== 'number')
      throw new Refusal(
        `ECS cannot pause for the rollouts of ${spec.service}: ${minutes.found}; write ${minutes.fix}.`,
      );
    const weights = spec.steps.map(({ weight }) => weight);
    // Steps of a return to an earlier version are those of `rollback.steps`.
    const whyNot = shapeOf(spec).whyNot(weights);
    if (whyNot !== undefined) throw new Refusal(`${whyNot}; write steps that ECS can take.`);
    const { targetGroup: serving = '' } = workloadOf(spec, blue);
    return deploymentsOf(runtime).begin(workloadOf(spec, green), {
      ...{ taskDefinition, weights, serving },
      pauseMinutes: minutes,
    });
  },
  remove: async (state, { runtime }) => {
    // A call that began the deployment may have died before it was recorded. Before capacity is pinned none begins one.
    const hasCome = state.happened?.CapacityPinned !== undefined;
    const arn = state.deploymentId ?? (hasCome ? (await ownDeployment(state, runtime))?.arn : undefined);
    return arn === undefined ? 'ended' : takeBack(arn, deploymentsOf(runtime));
  },
  // Nothing is begun before the checks have passed and people have approved.
  reject: () => Promise.resolve(),
};

/** The deployment under way that goes as a rollout writes it, and brings its image; `undefined` where none does. */
async function ownDeployment(
  { spec, green, image }: Pick<RolloutState, 'spec' | 'green' | 'image'>,
  runtime: DriverPorts['runtime'],
): Promise<ServiceDeployment | undefined> {
  const newest = await deploymentsOf(runtime).newest(workloadOf(spec, green));
  if (newest?.state !== 'underWay' || !pausesAtEach(newest.settings.hooks, judgedStages)) return undefined;
  const weights = spec.steps.map(({ weight }) => weight);
  if (JSON.stringify(weightsOfSteps(newest.settings)) !== JSON.stringify(weights)) return undefined;
  const brings = await runtime.imageOf(newest.target.taskDefinition, spec.container);
  return brings === `${image.repositoryUri}@${image.digest}` ? newest : undefined;
}
