import {
  CreateRuleCommand,
  DeleteRuleCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  type Rule,
  type RuleCondition,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Refusal } from '../../rollout/refusal.ts';
import type { HeaderRoute, TrafficRouter } from '../traffic-router.ts';
import { creatable, elbRulesOf, elbTagsOf, rolloutTag } from './elb-rules.ts';
import { withKeysInOrder } from '../rules/key-order.ts';

const highestPriority = 50_000;

type HeaderRoutes = Pick<
  TrafficRouter,
  'openHeaderRoute' | 'closeHeaderRoute' | 'headerRoutesOf' | 'headerRouteOf' | 'taggedRoutesOf'
>;

/** Rules that a rollout adds beside the team's own; each carries the rollout's id as a tag, so that none can be orphaned. */
export function elbHeaderRoutes(client: ElasticLoadBalancingV2Client): HeaderRoutes {
  const rulesOf = (listenerArn: string) => elbRulesOf(client, listenerArn);

  return {
    openHeaderRoute: openHeaderRoute(client),

    async closeHeaderRoute(ruleArn) {
      try {
        await client.send(new DeleteRuleCommand({ RuleArn: ruleArn }));
      } catch (error) {
        // Gone already: what was wanted.
        if (!(error instanceof RuleNotFoundException)) throw error;
      }
    },

    async headerRouteOf(listenerArn, rolloutId, header) {
      // The condition is looked for first: tags are asked of those few rules only.
      const candidates = (await rulesOf(listenerArn)).filter((rule) => valueOf(rule, header) !== undefined);
      const [ours] = await taggedWith(client, candidates, rolloutId);
      const value = ours && valueOf(ours, header);
      return ours?.RuleArn === undefined || value === undefined ? undefined : { arn: ours.RuleArn, value };
    },

    async taggedRoutesOf(listenerArn) {
      return [...(await makersOf(client, await rulesOf(listenerArn)))].map(([arn, rolloutId]) => ({ arn, rolloutId }));
    },

    async headerRoutesOf(listenerArn, rolloutId) {
      const ours = await taggedWith(client, await rulesOf(listenerArn).catch(noneWhereMissing), rolloutId);
      return ours.flatMap(({ RuleArn }) => RuleArn ?? []);
    },
  };
}

/** The rules of a listener go with it. */
function noneWhereMissing(error: unknown): readonly Rule[] {
  if (error instanceof ListenerNotFoundException) return [];
  throw error;
}

function valueOf({ Conditions = [] }: Rule, header: string): string | undefined {
  const own = Conditions.find(({ HttpHeaderConfig }) => HttpHeaderConfig?.HttpHeaderName === header);
  return own?.HttpHeaderConfig?.Values?.[0];
}

function headerCondition({ header, value }: HeaderRoute): RuleCondition {
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: header, Values: [value] } };
}

function hasConditions(rule: Rule, conditions: readonly RuleCondition[]): boolean {
  const written = (list: readonly RuleCondition[]) => list.map((one) => JSON.stringify(withKeysInOrder(one))).sort();
  return JSON.stringify(written((rule.Conditions ?? []).map(creatable))) === JSON.stringify(written(conditions));
}

/**
 * The nearest free priority that is looked at before the team's own rule, or the last one of all for a default action.
 * Rules are evaluated from the lowest number up.
 */
function freePriority(rules: readonly Rule[], base: Rule | undefined, route: HeaderRoute): number {
  const taken = new Set(rules.map((rule) => Number(rule.Priority)));
  const below = base === undefined ? highestPriority + 1 : Number(base.Priority);
  for (let priority = below - 1; priority >= 1; priority -= 1) {
    if (!taken.has(priority)) return priority;
  }
  throw new Error(
    `Listener ${route.listenerArn} has no free priority before rule ${route.besideRule ?? '(default)'}; give that rule a higher number so that a header rule fits before it.`,
  );
}

function openHeaderRoute(client: ElasticLoadBalancingV2Client): HeaderRoutes['openHeaderRoute'] {
  return async (route) => {
    const rules = await elbRulesOf(client, route.listenerArn);
    const base = rules.find((rule) => rule.RuleArn === route.besideRule);
    if (route.besideRule !== undefined && base === undefined) {
      // Without its conditions the header rule would take requests of every service behind the listener.
      throw new Refusal(`Listener rule ${route.besideRule} is not there; correct \`traffic\` in the spec.`);
    }
    const conditions = [...(base?.Conditions ?? []).map(creatable), headerCondition(route)];
    const made = (await taggedWith(client, rules, route.rolloutId)).find((rule) => hasConditions(rule, conditions));
    if (made?.RuleArn !== undefined) return made.RuleArn;

    const { Rules = [] } = await client.send(
      new CreateRuleCommand({
        ListenerArn: route.listenerArn,
        Priority: freePriority(rules, base, route),
        Conditions: conditions,
        Actions: [{ Type: 'forward', TargetGroupArn: route.targetGroup }],
        Transforms: base?.Transforms,
        Tags: [{ Key: rolloutTag, Value: route.rolloutId }],
      }),
    );
    const arn = Rules[0]?.RuleArn;
    if (arn === undefined)
      throw new Error(`ELB created a header rule on ${route.listenerArn} without telling its ARN.`);
    return arn;
  };
}

/** The rollout that each rule was made by, of those that carry the tag. */
function makersOf(client: ElasticLoadBalancingV2Client, rules: readonly Rule[]) {
  return elbTagsOf(client, rules, rolloutTag);
}

async function taggedWith(
  client: ElasticLoadBalancingV2Client,
  rules: readonly Rule[],
  rolloutId: string,
): Promise<readonly Rule[]> {
  const makers = await makersOf(client, rules);
  return rules.filter(({ RuleArn = '' }) => makers.get(RuleArn) === rolloutId);
}
