import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type RuleCondition,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Refusal } from '../../rollout/refusal.ts';
import type { TargetHealth, TrafficRouter } from '../traffic-router.ts';
import { listenerOf } from '../rules/deleted-rules.ts';
import { type Routing, type RoutingAction, weightsOf, writable } from '../rules/routing.ts';
import type { TrafficTarget } from '../layout/layout.ts';
import { elbEntranceOf, loadBalancerOf } from './elb-entrance.ts';
import { elbServiceLook } from './elb-service-look.ts';
import { elbHeaderRoutes } from './elb-header-routes.ts';

/** Listener rules and default actions of an Application Load Balancer. */
export function elbTrafficRouter(client: ElasticLoadBalancingV2Client): TrafficRouter {
  const findTarget = (target: TrafficTarget) =>
    'rule' in target ? findRule(client, target.rule) : findListener(client, target.listener);

  return {
    ...elbHeaderRoutes(client),

    find: (targets) => Promise.all(targets.map(findTarget)),

    read: (targets) =>
      Promise.all(
        targets.map(async (target) => {
          const found = await findTarget(target);
          if (found !== undefined) return found;
          throw missing('rule' in target ? `Listener rule ${target.rule}` : `Listener ${target.listener}`);
        }),
      ),

    async write(kind, arn, actions) {
      const sent = asActions(actions);
      await (kind === 'rule'
        ? client.send(new ModifyRuleCommand({ RuleArn: arn, Actions: sent }))
        : client.send(new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: sent })));
    },

    async protocolVersionsOf(targetGroups) {
      const found = await elbServiceLook(client).targetGroups(targetGroups);
      return Object.fromEntries(found.map(({ arn, protocolVersion }) => [arn, protocolVersion]));
    },

    async healthChecksOf(targetGroups) {
      const found = await elbServiceLook(client).targetGroups(targetGroups);
      return Object.fromEntries(found.map(({ arn, matcher }) => [arn, { matcher }]));
    },

    rulesOf: async (listenerArn) => (await elbServiceLook(client).rulesOf(listenerArn)) ?? [],

    async targetHealth(targetGroup) {
      const { TargetHealthDescriptions = [] } = await client.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
      );
      const states = TargetHealthDescriptions.map((target) => target.TargetHealth?.State);
      return countHealth(states);
    },

    ruleRoom: ruleRoom(client),

    entranceOf: (listenerArn) => elbEntranceOf(client, listenerArn),
  };
}

function missing(what: string): Refusal {
  return new Refusal(`${what} is not there; correct \`traffic\` in the spec.`);
}

/** An empty description for what is not there. */
function noneWhereMissing(error: unknown): Record<string, never> {
  if (error instanceof RuleNotFoundException || error instanceof ListenerNotFoundException) return {};
  throw error;
}

function plain(condition: RuleCondition): RoutingAction {
  return { ...condition };
}

/** What was described is written back as it is; the load balancer itself refuses what is no action. */
function asActions(actions: readonly RoutingAction[]): Action[] {
  return actions.map((action) => {
    if (!isAction(action)) throw new Error(`An action without a type cannot be written: ${JSON.stringify(action)}`);
    return action;
  });
}

function isAction(action: RoutingAction): action is RoutingAction & Action {
  return typeof action['Type'] === 'string';
}

function routing(kind: Routing['kind'], arn: string, listenerArn: string, described: readonly Action[]): Routing {
  const actions = writable(described.map((action): RoutingAction => ({ ...action })));
  return { kind, arn, listenerArn, actions, weights: weightsOf(actions) };
}

/** A draining target still answers what it has but is no target any more. */
function countHealth(states: readonly (string | undefined)[]): TargetHealth {
  const present = states.filter((state) => state !== 'draining');
  const healthy = present.filter((state) => state === 'healthy').length;
  return { healthy, unhealthy: present.filter((state) => state === 'unhealthy').length, total: present.length };
}

async function findRule(client: ElasticLoadBalancingV2Client, arn: string): Promise<Routing | undefined> {
  const { Rules = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [arn] })).catch(noneWhereMissing);
  const [{ Actions: actions, Conditions: conditions = [], Priority: priority } = {}] = Rules;
  if (actions === undefined) return undefined;
  return { ...routing('rule', arn, listenerOf(arn), actions), conditions: conditions.map(plain), priority };
}

async function findListener(client: ElasticLoadBalancingV2Client, arn: string): Promise<Routing | undefined> {
  const { Listeners = [] } = await client
    .send(new DescribeListenersCommand({ ListenerArns: [arn] }))
    .catch(noneWhereMissing);
  const actions = Listeners[0]?.DefaultActions;
  return actions && routing('listener', arn, arn, actions);
}

function ruleRoom(client: ElasticLoadBalancingV2Client): TrafficRouter['ruleRoom'] {
  return async (listenerArn) => {
    const look = elbServiceLook(client);
    const [listeners, limits] = await Promise.all([look.listenersOf(loadBalancerOf(listenerArn)), look.limits()]);
    const rules = await Promise.all(listeners.map((listener) => look.rulesOf(listener)));
    const present = rules.flatMap((found = []) => found).filter(({ isDefault }) => !isDefault).length;
    return { present, most: limits.areOfAccount ? limits.rulesPerBalancer : undefined };
  };
}
