import { AwsError } from '../aws-error.ts';
import type { NodeTimes } from '../balancer/rule-propagation.ts';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import type { AcceptedChange } from '../control/changes.ts';
import type { Listener, LoadBalancer, Rule } from './model.ts';
import { compileRules } from './route-table.ts';
import { normaliseActions, weightsOf, type RuleAction } from './rule-action.ts';
import type { ElbWorld } from './world.ts';

/** Different ones in the rules of one load balancer; AWS does not raise it. */
export const mostTargetGroups = 100;

/**
 * Checks actions that are to route traffic of a load balancer, in place of those of `replaced`.
 * @throws AwsError TargetGroupNotFound, TargetGroupAssociationLimit, TooManyUniqueTargetGroupsPerLoadBalancer, and what the actions themselves are refused with
 */
export function checkedActions(
  { model }: ElbWorld,
  loadBalancer: LoadBalancer,
  given: readonly RuleAction[],
  replaced?: Rule,
): readonly RuleAction[] {
  const actions = normaliseActions(given);
  for (const { arn } of weightsOf(actions)) {
    if (!model.targetGroups.has(arn)) throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`);
    if (loadBalancersOf(model, arn).some((user) => user !== loadBalancer)) {
      throw new AwsError(
        'TargetGroupAssociationLimit',
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
    }
  }
  const used = new Set(
    [...model.rules.values()]
      .filter((rule) => rule.listener.loadBalancer === loadBalancer && rule !== replaced)
      .flatMap((rule) => weightsOf(rule.actions).map(({ arn }) => arn)),
  );
  for (const { arn } of weightsOf(actions)) used.add(arn);
  if (used.size > mostTargetGroups) {
    throw new AwsError(
      'TooManyUniqueTargetGroupsPerLoadBalancer',
      `The maximum number of unique target groups per load balancer has been reached on load balancer '${loadBalancer.arn}': ${mostTargetGroups}`,
    );
  }
  return actions;
}

/**
 * Sends a listener's rules, in order of priority, on their way to the nodes that route; returns when each began to obey them.
 */
export function applyRules({ model, propagation }: ElbWorld, listener: Listener): NodeTimes {
  listener.rules.sort((left, right) => rank(left) - rank(right));
  return propagation.carry(listener, compileRules(listener.rules, model));
}

/** Writes down a change that has just been accepted; `nodesAt` goes on to be filled in. */
export function recordChange(
  { changes }: ElbWorld,
  nodesAt: NodeTimes,
  kind: AcceptedChange['kind'],
  change: AcceptedChange['change'],
  arn: string,
  actions: readonly RuleAction[],
): void {
  changes.record({
    kind,
    change,
    arn,
    nodesAt,
    weights: Object.fromEntries(weightsOf(actions).map((group) => [group.arn, group.weight])),
  });
}

/** A rule as AWS describes it. */
export function describeRule(rule: Rule): object {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions,
    Actions: rule.actions,
    IsDefault: rule.priority === 'default',
  };
}

/** The rule that takes what no other takes. */
export function defaultRule(listener: Listener): Rule {
  const found = listener.rules.find(({ priority }) => priority === 'default');
  if (found === undefined) throw new Error(`listener ${listener.arn} has lost its default rule`);
  return found;
}

function rank({ priority }: Rule): number {
  return priority === 'default' ? Number.POSITIVE_INFINITY : priority;
}
