import { deletedRules, listenerOf } from '../../drivers/rules/deleted-rules.ts';
import { type Routing, weightsOf } from '../../drivers/rules/routing.ts';
import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/** Returns what people hear of rules that others deleted; each rule once. It names other rules that send requests to green. */
export function deletedEvent(
  state: RolloutState,
  live: readonly (Routing | undefined)[],
  toGreen: readonly string[],
): readonly RolloutEvent[] {
  const end =
    toGreen.length === 0 ? '' : `; ${toGreen.join(', ')} of its listener sends requests to green, which keeps running`;
  const rules = deletedRules(state, live)
    .map(({ kind, arn }) => `${kind} ${arn} was deleted${end}`)
    .filter((rule) => state.othersChanges?.some((known) => known.startsWith(rule)) !== true);
  return rules.length === 0 ? [] : [{ type: 'RuleDeleted', rules }];
}

/**
 * Returns the other rules that send requests to green on the listeners of deleted rules: infrastructure code that replaces a rule
 * deletes it and creates one with another ARN. Nothing is asked where no rule was deleted. The rollout's own header rules are gone by then.
 */
export async function othersToGreen(
  state: RolloutState,
  live: readonly (Routing | undefined)[],
  { router }: Part<'router'>,
): Promise<readonly string[]> {
  const listeners = new Set(deletedRules(state, live).map(({ arn }) => listenerOf(arn)));
  const own = new Set(trafficOf(state.spec).map((target) => ('rule' in target ? target.rule : target.listener)));
  const rules = (await Promise.all([...listeners].map((arn) => router.rulesOf(arn)))).flat();
  const groups = layoutOf(state.spec).groupsOf(state.green);
  const leadsToGreen = (weights: Readonly<Record<string, number>>) => groups.some((group) => (weights[group] ?? 0) > 0);
  return rules.filter(({ arn, actions }) => !own.has(arn) && leadsToGreen(weightsOf(actions))).map(({ arn }) => arn);
}
