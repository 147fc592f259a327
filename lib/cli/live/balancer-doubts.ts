import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { BalancerLimits, ServiceLook } from '../../drivers/service-look.ts';
import { metRules } from '../../drivers/met-rules.ts';
import { authenticates, rolesOf, stickySecondsOf } from '../../drivers/rules/routing.ts';
import type { Doubt } from '../../specification/doubt.ts';
import { whyNotGrpc } from '../../specification/why-not-grpc.ts';
import { quote } from '../../specification/text/plain-text.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { healthDoubts } from './health-doubts.ts';
import {
  conditionValues,
  groupsOfSlots,
  isHeaderRule,
  type LiveRule,
  ruleOfTarget,
  rulesOfBalancers,
  routingOf,
} from './live-rules.ts';
import { error, type LiveSlot, warning } from './live-slot.ts';

interface Target {
  readonly path: readonly PropertyKey[];
  readonly rule: LiveRule;
}

const highestPriority = 50_000;

/** What is wrong between a spec and the rules and target groups that its slots stand in. */
export async function balancerDoubts(
  spec: RolloutSpec,
  slots: readonly LiveSlot[],
  look: ServiceLook,
): Promise<readonly Doubt[]> {
  const [rules, limits, ofGroups] = await Promise.all([
    rulesOfBalancers(spec, look),
    look.limits(),
    groupDoubts(spec, slots, look),
  ]);
  const doubts: Doubt[] = [...ofGroups];
  const targets: Target[] = [];
  for (const [index, target] of trafficOf(spec).entries()) {
    const path = ['traffic', index, 'rule' in target ? 'rule' : 'listener'];
    const rule = ruleOfTarget(target, rules);
    if (rule !== undefined) targets.push({ path, rule });
    else doubts.push(error(path, `the load balancer has no such ${path[2] ?? ''}, expected one that is there`));
  }
  return [
    ...doubts,
    ...targets.flatMap((target) => ruleDoubts(target, spec)),
    ...targets.flatMap((target, index) => headerRouteDoubts(target, index, rules, limits)),
    ...fullBalancers(targets, rules, limits),
    ...servingDoubts(targets, spec),
    ...(await healthDoubts(spec, slots, firstOf(spec, targets), rules, look)),
    ...forgottenDoubts(
      targets,
      rules.filter(({ arn }) => !testRulesOf(slots).includes(arn)),
      spec,
    ),
  ];
}

/** The target that green is verified behind, where it is there. */
function firstOf(spec: RolloutSpec, targets: readonly Target[]): Target | undefined {
  const [first] = trafficOf(spec);
  return targets.find(({ rule }) => first !== undefined && ruleOfTarget(first, [rule]) !== undefined);
}

/** The ECS services register with the target groups of their slots, and those are an Application Load Balancer's. */
async function groupDoubts(
  spec: RolloutSpec,
  slots: readonly LiveSlot[],
  look: ServiceLook,
): Promise<readonly Doubt[]> {
  const found = await look.targetGroups(groupsOfSlots(spec));
  return slots.flatMap(({ name, facts }) => {
    const targetGroups = layoutOf(spec).groupsOf(name);
    return targetGroups.flatMap((arn, index): Doubt[] => {
      const path = targetGroups.length === 1 ? ['slots', name, 'targetGroup'] : ['slots', name, 'targetGroups', index];
      const group = found.find((one) => one.arn === arn);
      if (group === undefined) return [error(path, 'there is no such target group, expected one that is there')];
      const other = group.loadBalancers.find((balancer) => !balancer.includes(':loadbalancer/app/'));
      if (other !== undefined)
        return [error(path, `${other} uses the target group, expected an Application Load Balancer`)];
      if (group.protocolVersion === 'GRPC')
        return [error(path, `the target group speaks gRPC, expected HTTP1 or HTTP2: ${whyNotGrpc}`)];
      const registers = facts === undefined || facts.bindings.some(({ targetGroup }) => targetGroup === arn);
      if (registers) return [];
      const others = facts.bindings.map(({ targetGroup }) => targetGroup).join(', ') || 'none';
      return [
        error(
          path,
          `${facts.service} does not register with this target group (but with: ${others}), expected that it does`,
        ),
      ];
    });
  });
}

/** One rule of the spec: both slots stand in it, and nothing holds clients longer than a rollback waits. */
function ruleDoubts({ path, rule }: Target, spec: RolloutSpec): readonly Doubt[] {
  const named = Object.keys(rule.weights);
  if (named.length === 0)
    return [error(path, 'it forwards to no target group, expected one of each slot with weights')];
  const doubts: Doubt[] = [];
  for (const name of ['a', 'b'] as const) {
    if (
      layoutOf(spec)
        .groupsOf(name)
        .some((group) => named.includes(group))
    )
      continue;
    const message = `it does not name a target group of slot ${name}, expected one of each slot (weight 100 and 0): ECS starts no task for a target group that no rule names`;
    doubts.push(error(path, message));
  }
  const sticky = stickySecondsOf(rule.actions);
  const longest = spec.rollback.longestStickiness;
  if (sticky > longest) {
    const message = `group stickiness of ${formatDuration(sticky)} holds clients on green after a rollback, expected at most ${formatDuration(longest)} (rollback.longestStickiness)`;
    doubts.push(error(path, message));
  } else if (sticky > 0) {
    const message = `group stickiness of ${formatDuration(sticky)} keeps each client on one side, so the slots differ by their clients: until 5 healthy rollouts are recorded, a comparison with blue alone holds and asks, expected no group stickiness where the service does not need it`;
    doubts.push(warning(path, message));
  }
  if (authenticates(rule.actions)) {
    const message = `it authenticates its users, so the header ${quote(spec.header.name)} leads no request to green beside it: a header route would let every user in`;
    doubts.push(warning(path, message));
  }
  return doubts;
}

/** Green is verified beside the first rule, and the canary header has a rule beside each that does not authenticate. */
function headerRouteDoubts(
  { path, rule }: Target,
  index: number,
  rules: readonly LiveRule[],
  { conditionValuesPerRule }: BalancerLimits,
): readonly Doubt[] {
  if (index > 0 && authenticates(rule.actions)) return [];
  const doubts: Doubt[] = [];
  const values = conditionValues(rule);
  if (values >= conditionValuesPerRule) {
    const message = `its conditions have ${values} values of the ${conditionValuesPerRule} that a rule may have, and a header rule beside it needs one more; expected at most ${conditionValuesPerRule - 1}`;
    doubts.push(error(path, message));
  }
  const below = rule.isDefault ? highestPriority + 1 : rule.priority;
  const taken = rules.filter(
    (other) => other.listener === rule.listener && !other.isDefault && other.priority < below,
  ).length;
  if (taken >= below - 1) {
    const message = `no priority is free before ${rule.isDefault ? 'the default action' : `its ${rule.priority}`}, expected one for the header rule that a rollout puts there`;
    doubts.push(error(path, message));
  }
  return doubts;
}

/** A load balancer has room for only so many rules, and a rollout adds one beside each of its own. */
function fullBalancers(
  targets: readonly Target[],
  rules: readonly LiveRule[],
  { rulesPerBalancer }: BalancerLimits,
): readonly Doubt[] {
  return [...new Set(targets.map(({ rule }) => rule.balancer))].flatMap((balancer) => {
    const own = targets.filter(({ rule }) => rule.balancer === balancer);
    const needed = Math.max(1, own.filter(({ rule }) => !authenticates(rule.actions)).length);
    const present = rules.filter((rule) => rule.balancer === balancer && !rule.isDefault).length;
    const [first] = own;
    if (first === undefined || present + needed <= rulesPerBalancer) return [];
    const message = `its load balancer has ${present} of the ${rulesPerBalancer} rules that it may have, and a rollout adds ${needed}; expected at most ${rulesPerBalancer - needed}`;
    return [error(first.path, message)];
  });
}

/** One slot serves; while a rollout runs that is not so. */
function servingDoubts(targets: readonly Target[], spec: RolloutSpec): readonly Doubt[] {
  const roles = rolesOf(
    targets.map(({ rule }) => routingOf(rule)),
    layoutOf(spec),
  );
  if (roles.outcome === 'clear') return [];
  return [
    warning(
      ['traffic'],
      `it is not clear which slot serves (${roles.reason}), expected all traffic on one slot unless a rollout runs`,
    ),
  ];
}

/** Rules by which ECS itself leads tests to a new version. */
function testRulesOf(slots: readonly LiveSlot[]): readonly string[] {
  return slots.flatMap(({ facts }) => (facts?.deploys?.bindings ?? []).flatMap(({ testRule }) => testRule ?? []));
}

/** A rule that is not shifted would go on sending users to a slot that is scaled down. */
function forgottenDoubts(targets: readonly Target[], rules: readonly LiveRule[], spec: RolloutSpec): readonly Doubt[] {
  const groups = groupsOfSlots(spec);
  const known = new Set(targets.map(({ rule }) => rule));
  return metRules(rules)
    .filter((rule) => !known.has(rule) && !isHeaderRule(spec, rule))
    .filter(({ weights }) => Object.keys(weights).some((group) => groups.includes(group)))
    .map((rule) => {
      const what = rule.isDefault ? `listener ${rule.listener}` : `rule ${rule.arn}`;
      return error(
        ['traffic'],
        `${what} forwards to a slot as well, expected it in this list: it would go on to a slot that is scaled down`,
      );
    });
}
