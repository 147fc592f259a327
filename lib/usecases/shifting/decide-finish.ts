import { shareOf } from '../../drivers/rules/pairs.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { checksLeft } from '../../rollout/after-checks.ts';
import type { RolloutState } from '../../rollout/state.ts';

/**
 * Returns what the end of a rollout has to do, by the record alone.
 * @param runsChecks whether the machine runs the checks of `after`
 */
export function dueFinish(state: RolloutState, runsChecks: boolean): 'finish' | 'succeeded' | 'check' | 'rollBack' {
  if (state.phase === 'rollingBack') return 'rollBack';
  if (state.phase === 'succeeded') return 'succeeded';
  return runsChecks && checksLeft(state) ? 'check' : 'finish';
}

/** Returns why a rollout cannot end by what its rules say: not all traffic is on green. `undefined` where it is. */
export function whyStrayed(state: RolloutState, routings: readonly Routing[]): string | undefined {
  const strays = routings.filter(({ weights }) => shareOf(state, weights) !== 100);
  if (strays.length === 0) return undefined;
  const arns = strays.map(({ arn }) => arn).join(', ');
  return `Not all traffic is on green at the end: ${arns} was changed by others.`;
}

/**
 * Returns why a rollout cannot end by what green runs: something else than the pinned image. `undefined` where that runs alone.
 * @param digests of the images of its running tasks, each once
 */
export function whyOthersRun({ image }: Pick<RolloutState, 'image'>, digests: readonly string[]): string | undefined {
  if (digests.length === 1 && digests[0] === image.digest) return undefined;
  return `Green runs ${digests.join(', ') || 'nothing'} at the end, not ${image.digest}.`;
}
