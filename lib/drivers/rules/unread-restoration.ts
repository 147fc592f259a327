import type { RestoreItem } from '../../rollout/event-shapes.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';
import { inFront, isLogin } from './kept-actions.ts';
import { pairOf } from './pairs.ts';
import { type RoutingAction, stickySecondsOf, weightsOf, withoutGroupStickiness } from './routing.ts';

type Planned = Pick<RolloutState, 'restorePlan' | 'refreshed'>;

/** A rule as the rollback machine restores it where no function can read it first. */
export interface UnreadRestoration extends RestoreItem {
  /** Its target groups: the machine asks for their health. */
  readonly blue?: string;
  readonly green?: string;
  /** What the machine puts behind the actions that others have put in front of what answers. */
  readonly forward?: RoutingAction | undefined;
  /** Whether the plan has a login, which a rule that forwards nothing any more may lack. */
  readonly login: 'yes' | 'no';
  /** Blue had no healthy target when it could be asked last: where the machine cannot ask, it moves nothing. */
  readonly blueWas?: 'down';
}

/** What the machine restores without a function: the newest plan with group stickiness off, or clients would stay with green. */
export function restorationOf(
  state: Planned & Pick<RolloutState, 'restorationHeld'> & Parameters<typeof pairOf>[0],
): readonly UnreadRestoration[] {
  const blueWas = state.restorationHeld?.why === 'blueDown' ? { blueWas: 'down' as const } : {};
  return newestPlan(state).map(({ kind, arn, actions: planned }) => {
    const actions = withoutGroupStickiness(planned);
    const pair = pairOf(state, weightsOf(actions));
    const forward = pair && actions.find(({ Type }) => Type === 'forward');
    const login = inFront(actions).some(isLogin) ? 'yes' : 'no';
    return { kind, arn, actions, ...pair, ...(forward && { forward }), login, ...blueWas };
  });
}

/** For how long a client may hold a cookie that names green, after no rule heeds it any more. */
export function longestStickiness(state: Planned): number {
  const plans = [...state.restorePlan, ...newestPlan(state)];
  return Math.max(0, ...plans.map(({ actions }) => stickySecondsOf(actions)));
}
