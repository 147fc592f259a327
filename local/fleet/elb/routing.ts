import { AwsError } from '../aws-error.ts';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import type { AppliedChange } from '../control/changes.ts';
import type { Listener, LoadBalancer, Rule } from './model.ts';
import { compileRules } from './route-table.ts';
import { normaliseActions, weightsOf, type RuleAction } from './rule-action.ts';
import type { ElbWorld } from './world.ts';

/**
 * Checks actions that are to route traffic of a load balancer.
 * @throws AwsError TargetGroupNotFound, TargetGroupAssociationLimit, and what the actions themselves are refused with
 */
export function checkedActions(
  { model }: ElbWorld,
  loadBalancer: LoadBalancer,
  given: readonly RuleAction[],
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
  return actions;
}

/** Puts a listener's rules into effect: in order of priority, for the next request and every one after it. */
export function applyRules({ model }: ElbWorld, listener: Listener): void {
  listener.rules.sort((left, right) => rank(left) - rank(right));
  listener.table = compileRules(listener.rules, model);
}

/** Writes down what has just been applied. */
export function recordChange(
  { changes }: ElbWorld,
  kind: AppliedChange['kind'],
  change: AppliedChange['change'],
  arn: string,
  actions: readonly RuleAction[],
): void {
  changes.record({
    kind,
    change,
    arn,
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
