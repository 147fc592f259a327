import { longestPause, sumOf, type Wait } from '../rollout/longest-pause.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { DeploymentHook, DeploymentSettings } from './deployment-settings.ts';
import type { Workload } from './layout/layout.ts';
import { workloadOf } from './shapes/layout-of.ts';
import { shapeOf } from './shapes/registry.ts';

/** Stages at which a rollout answers: before each shift, and after the last one. */
const pauseStages: readonly string[] = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'];

/** Where a rollout judges a deployment that it begins: green is up, before each shift, and after the last one. */
export const judgedStages: readonly string[] = ['POST_SCALE_UP', ...pauseStages];

/** ECS ends a stage after 24 h, whatever its hooks say. */
const stageMinutes = 1440;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html */
const mostPauses = 10;

/** A rollout spec has no more steps, and each is a whole percentage. */
const mostSteps = 20;

/** Why something cannot be, in words, and what to do. */
export interface Hindrance {
  readonly found: string;
  readonly fix: string;
}

/** Returns whether both versions of a spec are in one ECS service, which deploys them. */
export function isInOneService(spec: RolloutSpec): boolean {
  return workloadOf(spec, 'a').targetGroup !== undefined;
}

/** Returns whether the deployments of an ECS service pause for rollouts by this spec, also those that others begin. */
export function pausesFor(spec: RolloutSpec, { cluster, service }: Pick<Workload, 'cluster' | 'service'>): boolean {
  const workload = workloadOf(spec, 'a');
  return isInOneService(spec) && workload.cluster === cluster && workload.service === service;
}

/** Returns whether deployments that others begin start rollouts by this spec. */
export function isStartedByDeployments(spec: RolloutSpec): boolean {
  return shapeOf(spec).cannot.starts !== undefined;
}

/** Returns whether deployments of an ECS service start rollouts by this spec. */
export function isAttachedTo(spec: RolloutSpec, workload: Pick<Workload, 'cluster' | 'service'>): boolean {
  return isStartedByDeployments(spec) && pausesFor(spec, workload);
}

/** Returns who a rollout is requested by that a deployment of ECS has started. */
export function requesterOf(deploymentArn: string): string {
  return `deployment ${deploymentArn.slice(deploymentArn.lastIndexOf('/') + 1)} of ECS`;
}

/** Returns the weights that ECS gives a new version one after the other; why no spec can have them otherwise. */
export function weightsOfSteps({
  strategy,
  stepPercent,
}: Pick<DeploymentSettings, 'strategy' | 'stepPercent'>): readonly number[] | Hindrance {
  const count = strategy === 'LINEAR' ? Math.ceil(100 / stepPercent) : stepPercent < 100 ? 2 : 1;
  const named = strategy === 'LINEAR' ? 'linearConfiguration.stepPercent' : 'canaryConfiguration.canaryPercent';
  if (!Number.isInteger(stepPercent))
    return { found: `${named} is ${stepPercent}, and steps of a spec are whole percents`, fix: `a whole ${named}` };
  if (count > mostSteps)
    return {
      found: `${named} ${stepPercent} makes ${count} steps, and a spec has at most ${mostSteps}`,
      fix: `a ${named} of ${100 / mostSteps} or more`,
    };
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? 100 : stepPercent * (index + 1)));
}

/** Returns the minutes that a pause has to last for the rollouts of a spec; why ECS cannot pause so long otherwise. */
export function pauseMinutes(spec: RolloutSpec): number | Hindrance {
  const waits = longestPause(spec);
  const minutes = Math.ceil(sumOf(waits) / 60);
  if (minutes < stageMinutes) return minutes;
  const parts = waits.map(({ what, seconds }: Wait) => `${what} ${formatDuration(seconds)}`).join(', ');
  const [longest] = waits.toSorted((one, other) => other.seconds - one.seconds);
  return {
    found: `a pause would have to last ${formatDuration(minutes * 60)} (${parts}), and ECS ends each stage after 24 h`,
    fix: `a shorter ${longest?.what ?? 'wait'}`,
  };
}

/**
 * Returns the hooks that rollouts need, in place of those that a service has: at each stage a pause that lasts long enough and ends
 * with the rollback. Hooks that call functions, and pauses at other stages, stay as they are.
 * @param at stages at which the rollouts answer
 */
export function hooksForRollouts(
  hooks: readonly DeploymentHook[],
  minutes: number,
  at: readonly string[] = pauseStages,
): readonly DeploymentHook[] | Hindrance {
  const isOurs = isPauseAt(at);
  const onward = hooks.find((hook) => hook.atTimeout === 'CONTINUE' && isPause(hook) && !isOurs(hook));
  if (onward !== undefined) {
    const found = `the pause at ${onward.stages.join(', ')} goes on when it times out, so a version that nobody has judged would get all traffic`;
    return { found, fix: 'timeoutConfiguration.action ROLLBACK of that hook, or the service without it' };
  }
  const fitting = hooks.map((hook): DeploymentHook => {
    if (!isOurs(hook)) return hook;
    const lasts = hook.timeoutMinutes >= minutes && hook.timeoutMinutes < stageMinutes;
    return { ...hook, atTimeout: 'ROLLBACK', timeoutMinutes: lasts ? hook.timeoutMinutes : minutes };
  });
  const stages = at.filter((stage) => !fitting.some((hook) => isPause(hook) && hook.stages.includes(stage)));
  if (stages.length === 0) return fitting;
  const pauses = fitting.filter(isPause).length;
  if (pauses >= mostPauses)
    return {
      found: `the service has ${pauses} pause hooks, and ECS allows ${mostPauses}; none is at ${stages.join(', ')}`,
      fix: 'the service without one of them',
    };
  return [...fitting, { type: 'PAUSE', stages, timeoutMinutes: minutes, atTimeout: 'ROLLBACK' }];
}

/** Returns whether deployments with these hooks pause at each stage, and go back where nobody answers. */
export function pausesAtEach(hooks: readonly DeploymentHook[], stages: readonly string[]): boolean {
  const goingBack = hooks.filter((hook) => isPause(hook) && hook.atTimeout === 'ROLLBACK');
  return stages.every((stage) => goingBack.some((hook) => hook.stages.includes(stage)));
}

/** Returns the hooks of a service without the pauses that rollouts answer. */
export function hooksWithoutRollouts(hooks: readonly DeploymentHook[]): readonly DeploymentHook[] {
  return hooks.flatMap((hook): readonly DeploymentHook[] => {
    if (!isPauseAt(pauseStages)(hook)) return [hook];
    // A rollout that begins its deployment writes one hook with all of its stages.
    const isWhole = pauseStages.every((stage) => hook.stages.includes(stage));
    const own = isWhole ? judgedStages : pauseStages;
    const stages = hook.stages.filter((stage) => !own.includes(stage));
    return stages.length === 0 ? [] : [{ ...hook, stages }];
  });
}

/** Returns whether two lists of hooks say the same. */
export function hasSameHooks(one: readonly DeploymentHook[], other: readonly DeploymentHook[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isPause({ type }: DeploymentHook): boolean {
  return type === 'PAUSE';
}

function isPauseAt(stages: readonly string[]): (hook: DeploymentHook) => boolean {
  return (hook) => isPause(hook) && hook.stages.some((stage) => stages.includes(stage));
}
