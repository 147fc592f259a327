import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  ModifyRuleCommand,
  PriorityInUseException,
  type Rule,
  type RuleCondition,
  RuleNotFoundException,
  type RuleTransform,
  TooManyRulesException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { MaintenanceRules } from '../maintenance-rules.ts';
import type { SeenRule } from '../rules/maintenance-plan.ts';
import { type RoutingAction, writable } from '../rules/routing.ts';
import { creatable, elbAllTagsOf, elbRulesOf, rolloutTag } from './elb-rules.ts';

/** Whose maintenance a rule is for: stage and service. */
const maintenanceTag = 'sluice:maintenance';

/** Rules of maintenance of an Application Load Balancer. */
export function elbMaintenanceRules(client: ElasticLoadBalancingV2Client): MaintenanceRules {
  return {
    async seen(listenerArn) {
      const rules = await elbRulesOf(client, listenerArn).catch(noneWhereMissing);
      const tags = await elbAllTagsOf(client, rules);
      return rules.map((rule): SeenRule => {
        const own = tags.get(rule.RuleArn ?? '');
        return { ...seenRule(rule), maintains: own?.[maintenanceTag], isOfRollout: own?.[rolloutTag] !== undefined };
      });
    },

    async create(listenerArn, { priority, conditions, actions, transforms = [] }, maintains) {
      try {
        const { Rules: [rule] = [] } = await client.send(
          new CreateRuleCommand({
            ListenerArn: listenerArn,
            Priority: priority,
            Conditions: conditions.map((condition) => creatable(written(condition, isCondition))),
            Actions: actions.map((action) => written(action, isAction)),
            ...(transforms.length > 0 && { Transforms: transforms.map((each) => written(each, isTransform)) }),
            Tags: [{ Key: maintenanceTag, Value: maintains }],
          }),
        );
        if (rule?.RuleArn !== undefined) return { outcome: 'created', arn: rule.RuleArn };
        throw new Error(`ELB created a rule of maintenance on ${listenerArn} without telling its ARN.`);
      } catch (error) {
        if (error instanceof PriorityInUseException) return { outcome: 'taken' };
        if (error instanceof TooManyRulesException) return { outcome: 'full' };
        throw error;
      }
    },

    async rewrite(ruleArn, actions) {
      await orGone(
        client.send(
          new ModifyRuleCommand({ RuleArn: ruleArn, Actions: actions.map((action) => written(action, isAction)) }),
        ),
      );
    },

    async remove(ruleArn) {
      await orGone(client.send(new DeleteRuleCommand({ RuleArn: ruleArn })));
    },
  };
}

async function orGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof RuleNotFoundException)) throw error;
  }
}

/** The rules of a listener go with it. */
function noneWhereMissing(error: unknown): readonly Rule[] {
  if (error instanceof ListenerNotFoundException) return [];
  throw error;
}

function seenRule({
  RuleArn = '',
  IsDefault = false,
  Priority,
  Conditions = [],
  Actions = [],
  Transforms,
}: Rule): SeenRule {
  return {
    arn: RuleArn,
    isDefault: IsDefault,
    priority: IsDefault ? 0 : Number(Priority),
    conditions: Conditions.map((condition) => ({ ...condition })),
    actions: writable(Actions.map((action) => ({ ...action }))),
    ...(Transforms !== undefined && { transforms: Transforms.map((transform) => ({ ...transform })) }),
  };
}

/** What was described is written as it is. A condition that is left out would give the page requests of others. */
function written<Part extends RoutingAction>(
  described: RoutingAction,
  isPart: (one: RoutingAction) => one is Part,
): Part {
  if (isPart(described)) return described;
  throw new Error(`This part of a rule cannot be written: ${JSON.stringify(described)}`);
}

function isAction(action: RoutingAction): action is RoutingAction & Action {
  return typeof action['Type'] === 'string';
}

function isCondition(condition: RoutingAction): condition is RoutingAction & RuleCondition {
  return typeof condition['Field'] === 'string';
}

function isTransform(transform: RoutingAction): transform is RoutingAction & RuleTransform {
  return typeof transform['Type'] === 'string';
}
