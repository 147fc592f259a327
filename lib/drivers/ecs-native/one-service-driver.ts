import { behindRules } from '../behind-rules.ts';
import type { Driver, DriverPorts, Removal } from '../driver.ts';
import { driftIn } from '../drift.ts';
import { shareOf } from '../rules/pairs.ts';
import type { ServiceDeployment, ServiceDeployments } from '../service-deployments.ts';
import { workloadOf } from '../shapes/layout-of.ts';
import type { Drift } from '../../rollout/drift.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { RolloutState } from '../../rollout/state.ts';

/**
 * What is the same for every driver whose versions are in one ECS service. ECS starts green and moves traffic; it waits at its pause
 * hooks, and each step of the rollout answers them. The rollback writes the rule first, and then asks ECS for it.
 */
export const inOneService = {
  ...behindRules,
  weightsComeLater: true,
  // ECS gives both versions their tasks, and ends blue itself.
  resize: () => Promise.resolve(),
  cut: () => Promise.resolve(),
  finish: async ({ deploymentId }, { runtime }) => {
    if (deploymentId !== undefined) await continuePauses(deploymentId, deploymentsOf(runtime));
  },
  give: async (state, routing, weight, { runtime }) => {
    const share = shareOf(state, routing.weights);
    // Less than it has is asked for by the rollback alone, and that writes the rule.
    if (share === undefined || share >= weight) return;
    const { deploymentId } = state;
    if (deploymentId === undefined) throw new Error(`No deployment of ECS can give green ${weight} %.`);
    await advance(deploymentId, weight, deploymentsOf(runtime));
  },
  driftIn: (state, sight, weights) => [
    ...driftIn(state, sight, [...weights, ...onTheWay(state, weights)]),
    ...ofDeployment(state, sight.green),
  ],
} satisfies Partial<Driver>;

/** ECS takes every step on its way to a later one. */
function onTheWay({ spec }: RolloutState, weights: readonly number[]): readonly number[] {
  const [from, to] = [Math.min(...weights), Math.max(...weights)];
  return spec.steps.map(({ weight }) => weight).filter((weight) => weight > from && weight < to);
}

/** @throws Error where nothing reaches deployments of ECS */
export function deploymentsOf({ deployments }: DriverPorts['runtime']): ServiceDeployments {
  if (deployments === undefined) throw new Error('This stage has no way to reach deployments of ECS.');
  return deployments;
}

/** Has ECS go back, and tells whether it has come to its end: a write of the rule that was on its way may come until then. */
export async function takeBack(arn: string, deployments: ServiceDeployments): Promise<Removal> {
  await deployments.goBack(arn);
  const deployment = await deployments.read(arn);
  if (deployment?.hasFailedToGoBack === true)
    return { left: `ECS could not take deployment ${arn} back: ${deployment.reason}` };
  return deployment?.hasEnded === false ? 'ending' : 'ended';
}

/** Answers what waits before a weight. What ECS has asked for already comes by itself: one answer more would be a step too far. */
async function advance(arn: string, weight: number, deployments: ServiceDeployments): Promise<void> {
  const deployment = await deployments.read(arn);
  if (deployment?.state !== 'underWay')
    throw new Error(`ECS does not go on with deployment ${arn}: ${deployment?.reason ?? 'it is not known'}.`);
  if (deployment.weight >= weight) return;
  for (const hookId of deployment.pauses) await deployments.answer(arn, hookId, 'CONTINUE');
}

async function continuePauses(arn: string, deployments: ServiceDeployments): Promise<void> {
  const deployment = await deployments.read(arn);
  if (deployment?.state !== 'underWay') return;
  // Its last pause is still to come, and nobody would answer it once the rollout has ended.
  if (isBeforeLastPause(deployment) && deployment.pauses.length === 0)
    throw new Error(`ECS has not come to the last pause of deployment ${arn}: it is in ${deployment.stage}.`);
  for (const hookId of deployment.pauses) await deployments.answer(arn, hookId, 'CONTINUE');
}

/** Whether a pause may still come: a stage that is entered has none yet. */
function isBeforeLastPause({ stage, settings }: ServiceDeployment): boolean {
  if (/^(?:PRE_)?PRODUCTION_TRAFFIC_SHIFT$/.test(stage)) return true;
  return (
    stage === 'POST_PRODUCTION_TRAFFIC_SHIFT' &&
    settings.hooks.some(({ type, stages }) => type === 'PAUSE' && stages.includes(stage))
  );
}

/** Another deployment, or a rollback that somebody else has requested of ECS. */
function ofDeployment({ deploymentId, spec, green }: RolloutState, seen: RunningSlot | undefined): readonly Drift[] {
  if (deploymentId === undefined || seen === undefined || (seen.deploymentId === deploymentId && seen.desired > 0))
    return [];
  const { service: subject } = workloadOf(spec, green);
  const found = seen.deploymentId === deploymentId ? 'ECS takes it back' : `deployment ${seen.deploymentId}`;
  return [{ what: `ECS service ${subject}`, subject, expected: `deployment ${deploymentId}`, found, harmful: true }];
}
