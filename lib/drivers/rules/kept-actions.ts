import type { Pair } from './pair.ts';
import { type RoutingAction, withGreenWeight } from './routing.ts';

/** Actions that answer a request: each rule has one of them, as its last. All others, of newer types too, stand in front of it. */
const answering: readonly unknown[] = ['forward', 'redirect', 'fixed-response'];

/** What a request has to pass before it is answered: a login, a check of tokens. */
export function inFront(actions: readonly RoutingAction[]): readonly RoutingAction[] {
  return actions.filter(({ Type }) => !answering.includes(Type));
}

/** Whether an action asks users who they are. */
export function isLogin({ Type }: RoutingAction): boolean {
  return String(Type).startsWith('authenticate-');
}

export function forwards(actions: readonly RoutingAction[]): boolean {
  return actions.some(({ Type }) => Type === 'forward');
}

/** Whether a rule does nothing else: no login in front, and no other answer. */
export function forwardsAlone(actions: readonly RoutingAction[]): boolean {
  return actions.every(({ Type }) => Type === 'forward');
}

/**
 * Live actions with everything on blue; what others put in front stays. Where a rule forwards nothing (a maintenance page), the
 * planned forward action takes the place of what answers, and a login of the plan is not dropped.
 */
export function ledToBlue(
  live: readonly RoutingAction[],
  planned: readonly RoutingAction[],
  pair: Pair,
): readonly RoutingAction[] {
  return forwards(live) ? withGreenWeight(live, pair, 0) : withPlannedForward(live, planned);
}

/** What others put in front, before the forward action of the plan. */
export function withPlannedForward(
  live: readonly RoutingAction[],
  planned: readonly RoutingAction[],
): readonly RoutingAction[] {
  const theirs = inFront(live);
  if (theirs.length === 0) return planned;
  const isReplaced = (action: RoutingAction) =>
    theirs.some((one) => (isLogin(action) ? isLogin(one) : one['Type'] === action['Type']));
  const ours = inFront(planned).filter((action) => !isReplaced(action));
  const actions = [...ours, ...theirs, ...planned.filter(({ Type }) => Type === 'forward')];
  return actions.map((action, index) => ({ ...action, Order: index + 1 }));
}
