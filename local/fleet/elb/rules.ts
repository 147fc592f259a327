import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, validationError } from '../aws-error.ts';
import { listOf, tagList, wholeBetween } from './form-schema.ts';
import { pageSize } from './load-balancers.ts';
import type { Listener, Rule } from './model.ts';
import { applyRules, checkedActions, describeRule, recordChange } from './routing.ts';
import { ruleActions } from './rule-action.ts';
import { normaliseConditions, ruleConditions } from './rule-condition.ts';
import { tagsFrom } from './tags.ts';
import { elbAction, findListener, findRule, selected, type ElbWorld } from './world.ts';

/** Per load balancer, default rules not counted. */
export const mostRules = 100;
const rulePriority = wholeBetween(1, 50_000);

const creation = z.object({
  ListenerArn: z.string(),
  Conditions: ruleConditions,
  Priority: rulePriority,
  Actions: ruleActions,
  Tags: tagList.optional(),
});
const modification = z.object({
  RuleArn: z.string(),
  Conditions: ruleConditions.optional(),
  Actions: ruleActions.optional(),
});

/** Create, describe, modify, reorder and delete listener rules; the nodes that route obey each change after a delay. */
export function ruleActionTable(world: ElbWorld): Actions {
  const { model } = world;
  return {
    CreateRule: elbAction(creation, (input) => ({ Rules: [describeRule(create(world, input))] })),
    DescribeRules: elbAction(
      z.object({
        ListenerArn: z.string().optional(),
        RuleArns: listOf(z.string()).optional(),
        Marker: z.string().optional(),
        PageSize: pageSize,
      }),
      ({ ListenerArn, RuleArns, Marker, PageSize }) => {
        if ((ListenerArn === undefined) === (RuleArns === undefined))
          throw validationError('You must specify either listener rule ARNs or a listener ARN');
        const found =
          ListenerArn === undefined
            ? selected(model.rules, RuleArns, (arn) => findRule(model, arn))
            : findListener(model, ListenerArn).rules;
        const { items, next } = page(found, Marker, PageSize ?? 400, validationError);
        return { Rules: items.map(describeRule), NextMarker: next };
      },
    ),
    ModifyRule: elbAction(modification, (input) => ({ Rules: [describeRule(modify(world, input))] })),
    DeleteRule: elbAction(z.object({ RuleArn: z.string() }), ({ RuleArn }) => {
      const rule = changeable(world, RuleArn);
      rule.listener.rules = rule.listener.rules.filter((other) => other !== rule);
      model.rules.delete(rule.arn);
      recordChange(world, applyRules(world, rule.listener), 'rule', 'deleted', rule.arn, []);
      return {};
    }),
    SetRulePriorities: elbAction(
      z.object({ RulePriorities: listOf(z.object({ RuleArn: z.string(), Priority: rulePriority })) }),
      ({ RulePriorities }) => ({ Rules: reorder(world, RulePriorities).map(describeRule) }),
    ),
  };
}

function create(world: ElbWorld, input: z.output<typeof creation>): Rule {
  const { model, identity } = world;
  const listener = findListener(model, input.ListenerArn);
  const conditions = normaliseConditions(input.Conditions);
  const actions = checkedActions(world, listener.loadBalancer, input.Actions);
  if (listener.rules.some(({ priority }) => priority === input.Priority))
    throw new AwsError('PriorityInUse', `Priority '${input.Priority}' is currently in use`);
  const onBalancer = [...model.rules.values()].filter(
    (rule) => rule.listener.loadBalancer === listener.loadBalancer && rule.priority !== 'default',
  );
  if (onBalancer.length >= mostRules)
    throw new AwsError(
      'TooManyRules',
      `The maximum number of rules for the load balancer '${listener.loadBalancer.arn}' has been reached: ${mostRules}`,
    );
  const path = listener.arn.slice(listener.arn.indexOf(':listener/') + ':listener/'.length);
  const rule: Rule = {
    arn: identity.elbArn(`listener-rule/${path}/${identity.hex('rule', path, 16)}`),
    tags: tagsFrom(input.Tags),
    listener,
    priority: input.Priority,
    conditions,
    actions,
  };
  listener.rules.push(rule);
  model.rules.set(rule.arn, rule);
  recordChange(world, applyRules(world, listener), 'rule', 'created', rule.arn, actions);
  return rule;
}

function modify(world: ElbWorld, input: z.output<typeof modification>): Rule {
  const rule = changeable(world, input.RuleArn);
  if (input.Actions === undefined && input.Conditions === undefined)
    throw validationError('Either conditions or actions must be specified');
  const conditions = input.Conditions === undefined ? rule.conditions : normaliseConditions(input.Conditions);
  const actions =
    input.Actions === undefined ? rule.actions : checkedActions(world, rule.listener.loadBalancer, input.Actions, rule);
  rule.conditions = conditions;
  rule.actions = actions;
  recordChange(world, applyRules(world, rule.listener), 'rule', 'modified', rule.arn, actions);
  return rule;
}

/** All priorities change together or none does. */
function reorder(world: ElbWorld, wanted: readonly { readonly RuleArn: string; readonly Priority: number }[]): Rule[] {
  const priorities = new Map(wanted.map(({ RuleArn, Priority }) => [changeable(world, RuleArn), Priority]));
  if (priorities.size < wanted.length) throw validationError('A rule can be specified only once');
  const listeners = new Set<Listener>([...priorities.keys()].map(({ listener }) => listener));
  for (const listener of listeners) {
    const after = listener.rules.map((rule) => priorities.get(rule) ?? rule.priority);
    const twice = after.find((priority, index) => after.indexOf(priority) !== index);
    if (twice !== undefined) throw new AwsError('PriorityInUse', `Priority '${twice}' is currently in use`);
  }
  for (const [rule, priority] of priorities) rule.priority = priority;
  for (const listener of listeners) {
    const nodesAt = applyRules(world, listener);
    const moved = [...priorities.keys()].filter((rule) => rule.listener === listener);
    for (const rule of moved) recordChange(world, nodesAt, 'rule', 'modified', rule.arn, rule.actions);
  }
  return [...priorities.keys()];
}

function changeable({ model }: ElbWorld, arn: string): Rule {
  const rule = findRule(model, arn);
  if (rule.priority === 'default')
    throw new AwsError('OperationNotPermitted', `Default rule '${arn}' cannot be modified`);
  return rule;
}
