import type { NodeTimes } from '../../balancer/rule-propagation.ts';
import { applyRules, recordChange } from '../../elb/routing.ts';
import { weightsOf } from '../../elb/rule-action.ts';
import type { ElbWorld } from '../../elb/world.ts';
import type { ServiceDeployment, Deployment, LoadBalancerBinding } from '../model.ts';

/** A rule of a service and which of its target groups is whose. */
interface Pair {
  readonly rule: string;
  readonly source: string | undefined;
  readonly target: string;
}

type RuleKind = 'productionListenerRule' | 'testListenerRule';

/** The bindings of the next revision: each in the target group of its pair that the revision before it does not use. */
export function nextBindings(
  given: readonly LoadBalancerBinding[],
  before: Deployment | undefined,
): readonly LoadBalancerBinding[] {
  const used = new Set(before?.bindings.map(({ targetGroupArn }) => targetGroupArn));
  return given.map((binding) => {
    const alternate = binding.advancedConfiguration?.alternateTargetGroupArn;
    return used.has(binding.targetGroupArn) && alternate !== undefined
      ? { ...binding, targetGroupArn: alternate }
      : binding;
  });
}

/** Why ECS cannot move traffic by the rules of a deployment; `undefined` where it can. */
export function unfitRule({ model }: ElbWorld, deployment: ServiceDeployment): string | undefined {
  for (const { advancedConfiguration: advanced } of deployment.service.loadBalancers) {
    const rule = model.rules.get(advanced?.productionListenerRule ?? '');
    if (rule === undefined) return `The listener rule ${advanced?.productionListenerRule} was not found.`;
    if (rule.actions.some(({ Type }) => Type !== 'forward'))
      return `The listener rule ${rule.arn} has actions other than forward.`;
  }
  for (const { rule, source, target } of pairsOf(deployment, 'productionListenerRule')) {
    const groups = weightsOf(model.rules.get(rule)?.actions ?? []).map(({ arn }) => arn);
    if (![source ?? target, target].every((group) => groups.includes(group)))
      return `Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule ${rule}.`;
  }
  return undefined;
}

/**
 * Writes the weights of a deployment's rules: `weight` percent to the target, the rest to the source. As on AWS nothing is read
 * before: what another hand wrote meanwhile is written over. A rule that is gone is left alone. Returns whether the nodes that route
 * obey the weights yet.
 */
export function writeWeights(
  world: ElbWorld,
  deployment: ServiceDeployment,
  kind: RuleKind,
  weight: number,
): () => boolean {
  // A rule takes whole weights up to 999; tenths of a percent need a sum of 1,000.
  const scale = Number.isInteger(weight) ? 1 : 10;
  const toTarget = Math.round(weight * scale);
  const changes: NodeTimes[] = [];
  for (const { rule: arn, source, target } of pairsOf(deployment, kind)) {
    const rule = world.model.rules.get(arn);
    if (rule === undefined) continue;
    const weights = new Map([
      ...(source === undefined ? [] : [[source, Math.min(999, 100 * scale - toTarget)] as const]),
      [target, Math.min(999, toTarget)] as const,
    ]);
    rule.actions = rule.actions.map((action) => {
      const { TargetGroups: groups = [], ...config } = action.ForwardConfig ?? {};
      if (groups.length === 0) return action;
      const changed = groups.map((group) => ({
        ...group,
        Weight: weights.get(group.TargetGroupArn) ?? (source === undefined ? 0 : group.Weight),
      }));
      return { ...action, ForwardConfig: { ...config, TargetGroups: changed } };
    });
    const nodesAt = applyRules(world, rule.listener);
    recordChange(world, nodesAt, 'rule', 'modified', rule.arn, rule.actions);
    changes.push(nodesAt);
  }
  return () => changes.every((times) => !times.includes(null));
}

function pairsOf({ source, target }: ServiceDeployment, kind: RuleKind): readonly Pair[] {
  return target.bindings.flatMap(({ targetGroupArn, advancedConfiguration }, index) => {
    const rule = advancedConfiguration?.[kind];
    return rule === undefined
      ? []
      : [{ rule, source: source?.bindings[index]?.targetGroupArn, target: targetGroupArn }];
  });
}
