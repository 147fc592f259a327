import { newestPlan } from '../../rollout/going-back.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { forwards, ledToBlue } from './kept-actions.ts';
import { pairOf, shareOf } from './pairs.ts';
import { type Routing, type RoutingAction, weightsOf } from './routing.ts';

/** The load balancer tells no secret of an OpenID login, and forgets it when the login is taken out of its rule. */
function needsSecret({ Type }: RoutingAction): boolean {
  return Type === 'authenticate-oidc';
}

/** Whether the load balancer refuses actions, as it has forgotten the secret of their login. */
export function lacksSecret(live: readonly RoutingAction[], wanted: readonly RoutingAction[]): boolean {
  return wanted.some(needsSecret) && !live.some(needsSecret);
}

/**
 * Whether a restoration leaves a rule as it is: others put an answer of its own (a maintenance page, a redirect) in the place of an OpenID
 * login and both slots. It sends green nothing. The login cannot be written back, and without it every user would be let in.
 */
export function isLeft(
  state: Pick<RolloutState, 'restorePlan' | 'refreshed' | 'spec' | 'blue' | 'green'>,
  { arn, actions: live }: Pick<Routing, 'arn' | 'actions'>,
): boolean {
  const planned = newestPlan(state).find((item) => item.arn === arn)?.actions;
  if (planned === undefined || forwards(live)) return false;
  const pair = pairOf(state, weightsOf(planned));
  return pair !== undefined && lacksSecret(live, ledToBlue(live, planned, pair));
}

/** Returns the rules that do not send everything to blue and could; see `isLeft`. */
export function straysOf(state: RolloutState, routings: readonly Routing[]): readonly Routing[] {
  return routings.filter((routing) => shareOf(state, routing.weights) !== 0 && !isLeft(state, routing));
}
