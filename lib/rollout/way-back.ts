import type { RestoreItem } from './event-shapes.ts';
import { inFront, isLogin } from './kept-actions.ts';
import { pairOf } from './pairs.ts';
import { type RoutingAction, stickySecondsOf, weightsOf, withoutGroupStickiness } from './routing.ts';
import type { RolloutState } from './state.ts';

type Planned = Pick<RolloutState, 'restorePlan' | 'refreshed'>;

/** The restore plan with what others added to its rules while the rollout ran, as far as it was seen. */
export function newestPlan({ restorePlan, refreshed = [] }: Planned): readonly RestoreItem[] {
  return restorePlan.map((item) => {
    const newer = refreshed.find(({ arn }) => arn === item.arn);
    return newer === undefined ? item : { ...item, actions: newer.actions };
  });
}

/** A rule as the rollback machine restores it where no function can read it first. */
interface UnreadRestoration extends RestoreItem {
  /** Its target groups: the machine asks for their health. */
  readonly blue?: string;
  readonly green?: string;
  /** What the machine puts behind the actions that others have put in front of what answers. */
  readonly forward?: RoutingAction | undefined;
  /** Whether the plan has a login, which a rule that forwards nothing any more may lack. */
  readonly login: 'yes' | 'no';
}

/** What the machine restores without a function: the newest plan with group stickiness off, or clients would stay with green. */
export function restorationOf(state: Planned & Parameters<typeof pairOf>[0]): readonly UnreadRestoration[] {
  return newestPlan(state).map(({ kind, arn, actions: planned }) => {
    const actions = withoutGroupStickiness(planned);
    const pair = pairOf(state, weightsOf(actions));
    const forward = pair && actions.find(({ Type }) => Type === 'forward');
    const login = inFront(actions).some(isLogin) ? 'yes' : 'no';
    return { kind, arn, actions, ...pair, ...(forward && { forward }), login };
  });
}

/** For how long a client may hold a cookie that names green, after no rule heeds it any more. */
export function longestStickiness(state: Planned): number {
  const plans = [...state.restorePlan, ...newestPlan(state)];
  return Math.max(0, ...plans.map(({ actions }) => stickySecondsOf(actions)));
}

/** Returns how the machine goes back: a person's decision to close it as it is comes before the spec's shape. */
export function shapeOf({ closing, spec }: Pick<RolloutState, 'closing' | 'spec'>): 'instant' | 'stepped' | 'closing' {
  return closing === undefined ? spec.rollback.shape : 'closing';
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
