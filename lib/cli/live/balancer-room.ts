import type { BalancerLimits, ServiceLook } from '../../drivers/service-look.ts';
import { weightsOf } from '../../drivers/rules/routing.ts';

/** What one load balancer has of what it may have. */
export interface BalancerRoom {
  readonly balancer: string;
  /** Without the default ones, which do not count. */
  readonly rules: { readonly present: number; readonly most: number };
  /** Different target groups that its rules and default actions name. */
  readonly targetGroups: { readonly present: number; readonly most: number };
  /** The limits are the account's own; otherwise AWS's defaults, as they could not be asked. */
  readonly isOfAccount: boolean;
}

/** Counts rules and target groups of load balancers. */
export async function balancerRooms(balancers: readonly string[], look: ServiceLook): Promise<readonly BalancerRoom[]> {
  const limits = await look.limits();
  return Promise.all(balancers.map((balancer) => roomOf(balancer, limits, look)));
}

async function roomOf(balancer: string, limits: BalancerLimits, look: ServiceLook): Promise<BalancerRoom> {
  const listeners = await look.listenersOf(balancer);
  const rules = (await Promise.all(listeners.map((listener) => look.rulesOf(listener)))).flatMap((found = []) => found);
  const groups = new Set(rules.flatMap(({ actions }) => Object.keys(weightsOf(actions))));
  return {
    balancer,
    rules: { present: rules.filter(({ isDefault }) => !isDefault).length, most: limits.rulesPerBalancer },
    targetGroups: { present: groups.size, most: limits.targetGroupsPerBalancer },
    isOfAccount: limits.areOfAccount,
  };
}

/** In words: how many of both are left. */
export function describeRoom({ balancer, rules, targetGroups, isOfAccount }: BalancerRoom): string {
  const left = (what: string, { present, most }: BalancerRoom['rules']) =>
    `${present} of ${most} ${what} (${Math.max(0, most - present)} left)`;
  const name = balancer.split('/').slice(-3, -1).join('/');
  const source = isOfAccount ? '' : ", by AWS's defaults, as the account's limits could not be asked";
  return `Load balancer ${name} has ${left('rules', rules)} and ${left('target groups', targetGroups)}${source}`;
}
