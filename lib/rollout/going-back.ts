import type { RestoreItem } from './event-shapes.ts';
import type { RolloutState } from './state.ts';

type Planned = Pick<RolloutState, 'restorePlan' | 'refreshed'>;

/** The restore plan with what others added to its rules while the rollout ran, as far as it was seen. */
export function newestPlan({ restorePlan, refreshed = [] }: Planned): readonly RestoreItem[] {
  return restorePlan.map((item) => {
    const newer = refreshed.find(({ arn }) => arn === item.arn);
    return newer === undefined ? item : { ...item, actions: newer.actions };
  });
}

/** Returns how the machine goes back: a person's decision to close it as it is comes before the spec's shape. */
export function shapeOf({ closing, spec }: Pick<RolloutState, 'closing' | 'spec'>): 'instant' | 'stepped' | 'closing' {
  return closing === undefined ? spec.rollback.shape : 'closing';
}

/** All steps back have to be over by then, seconds after the rollback was asked for. */
const longestRollback = 240;

/**
 * The weight that green keeps next during a rollback; `undefined` where everything goes back now: by the spec's shape, because
 * the steps are over, or because green is known to be bad.
 */
export function nextWeightBack(state: RolloutState, now: Date): number | undefined {
  const { shape, stepped } = state.spec.rollback;
  if (shape === 'instant' || state.failedGate !== undefined) return undefined;
  const since = state.rollbackSince === undefined ? now.getTime() : Date.parse(state.rollbackSince);
  if (now.getTime() - since >= longestRollback * 1000) return undefined;
  return stepped.weights.find((weight) => weight < state.weight);
}
