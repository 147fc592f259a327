import type { RestoreItem } from '../../rollout/event-shapes.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';
import type { TrafficTarget } from '../layout/layout.ts';
import type { Routing } from './routing.ts';

type Planned = Pick<RolloutState, 'restorePlan' | 'refreshed'>;

/** Returns the rules that are there, of what was read in the order of the restore plan. */
export function presentRules(live: readonly (Routing | undefined)[]): readonly Routing[] {
  return live.filter((routing) => routing !== undefined);
}

/**
 * Returns the rules and listeners of a plan that the load balancer says are not there. One that was deleted sends green nothing, and
 * nothing can lead it to blue.
 * @param live in the order of the restore plan
 */
export function deletedRules(state: Planned, live: readonly (Routing | undefined)[]): readonly RestoreItem[] {
  return newestPlan(state).filter((_, index) => index < live.length && live[index] === undefined);
}

/** Returns the ARN of the listener of a rule or listener that a spec names. */
export function listenerFor(target: TrafficTarget): string {
  return 'rule' in target ? listenerOf(target.rule) : target.listener;
}

/** Returns the ARN of the listener that a rule belongs to: the rule's ARN holds it. A listener's own ARN stays as it is. */
export function listenerOf(arn: string): string {
  return arn.includes(':listener-rule/')
    ? arn.replace(':listener-rule/', ':listener/').replace(/\/[0-9a-f]+$/, '')
    : arn;
}
