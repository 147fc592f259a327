import type { RestoreItem } from './events.ts';
import { stickySecondsOf, withoutGroupStickiness } from './routing.ts';
import type { RolloutState } from './state.ts';

/** What the restoration writes: the restore plan with group stickiness off, or clients would stay with green. */
export function restorationOf({ restorePlan }: Pick<RolloutState, 'restorePlan'>): readonly RestoreItem[] {
  return restorePlan.map(({ kind, arn, actions }) => ({ kind, arn, actions: withoutGroupStickiness(actions) }));
}

/** For how long a client may hold a cookie that names green, after no rule heeds it any more. */
export function longestStickiness({ restorePlan }: Pick<RolloutState, 'restorePlan'>): number {
  return Math.max(0, ...restorePlan.map(({ actions }) => stickySecondsOf(actions)));
}

/** All steps back have to be over by then, seconds after the rollback was asked for. */
const longestWayBack = 240;

/**
 * The weight that green keeps next on the way back; `undefined` where everything goes back now: by the spec's shape, because
 * the steps are over, or because green is known to be bad.
 */
export function nextWeightBack(state: RolloutState, now: Date): number | undefined {
  const { shape, stepped } = state.spec.rollback;
  if (shape === 'instant' || state.failedGate !== undefined) return undefined;
  const since = state.rollbackSince === undefined ? now.getTime() : Date.parse(state.rollbackSince);
  if (now.getTime() - since >= longestWayBack * 1000) return undefined;
  return stepped.weights.find((weight) => weight < state.weight);
}
