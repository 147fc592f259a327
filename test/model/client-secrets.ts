import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';

/**
 * What the load balancer says to actions that name an OpenID login without its secret: it keeps the secret of a login that the rule
 * has, and forgets it with the login. `undefined` where it takes them.
 */
export function secretLacking(before: readonly RoutingAction[], actions: readonly RoutingAction[]): string | undefined {
  const isOidc = ({ Type }: RoutingAction) => Type === 'authenticate-oidc';
  const lacks = actions.some((action) => isOidc(action) && !JSON.stringify(action).includes('"ClientSecret"'));
  return lacks && !before.some(isOidc) ? 'InvalidLoadBalancerAction: the action needs a client secret' : undefined;
}
