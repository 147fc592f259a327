import type { TrafficTarget } from '../../drivers/layout/layout.ts';
import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { RuleFacts, ServiceLook } from '../../drivers/service-look.ts';
import { type Routing, weightsOf } from '../../drivers/rules/routing.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** One rule or default action of a listener that a spec has to do with. */
export interface LiveRule extends RuleFacts {
  readonly listener: string;
  readonly balancer: string;
  readonly weights: Readonly<Record<string, number>>;
}

/** Load balancer ARN of a listener: the ARN holds it. */
export function balancerOf(listener: string): string {
  return listener.replace(':listener/', ':loadbalancer/').replace(/\/[0-9a-f]+$/, '');
}

/** All rules of all listeners of the load balancers that a spec's traffic goes through. */
export async function rulesOfBalancers(spec: RolloutSpec, look: ServiceLook): Promise<readonly LiveRule[]> {
  const listeners = trafficOf(spec).map((target) => ('rule' in target ? listenerOf(target.rule) : target.listener));
  const balancers = [...new Set(listeners.map(balancerOf))];
  const all = await Promise.all(
    balancers.map(async (balancer) => {
      const known = await look.listenersOf(balancer);
      const own = await Promise.all(known.map(async (listener) => ({ listener, rules: await look.rulesOf(listener) })));
      return own.flatMap(({ listener, rules = [] }) =>
        rules.map((rule) => ({ ...rule, listener, balancer, weights: weightsOf(rule.actions) })),
      );
    }),
  );
  return all.flat();
}

function listenerOf(rule: string): string {
  return rule.replace(':listener-rule/', ':listener/').replace(/\/[0-9a-f]+$/, '');
}

/** The rule that an entry of `traffic` names. */
export function ruleOfTarget(target: TrafficTarget, rules: readonly LiveRule[]): LiveRule | undefined {
  if ('rule' in target) return rules.find(({ arn, isDefault }) => !isDefault && arn === target.rule);
  return rules.find(({ listener, isDefault }) => isDefault && listener === target.listener);
}

/** Whether a rollout made it: it asks for the canary header, or for the one that green is verified by. */
export function isHeaderRule({ header }: Pick<RolloutSpec, 'header'>, { conditions }: RuleFacts): boolean {
  return conditions.some(({ HttpHeaderConfig: config }) => {
    const name: unknown = typeof config === 'object' && config !== null && Reflect.get(config, 'HttpHeaderName');
    return typeof name === 'string' && [header.name.toLowerCase(), 'x-sluice-verify'].includes(name.toLowerCase());
  });
}

/** All target groups of both slots. */
export function groupsOfSlots(spec: RolloutSpec): readonly string[] {
  return [...layoutOf(spec).groupsOf('a'), ...layoutOf(spec).groupsOf('b')];
}

/** Returns a rule, or the default action of a listener, as drivers read it. */
export function routingOf({ arn, isDefault, listener, actions, weights }: LiveRule): Routing {
  return { kind: isDefault ? 'listener' : 'rule', arn, listenerArn: listener, actions, weights };
}

/** Values of all conditions of a rule together, as the load balancer counts them. */
export function conditionValues({ conditions }: RuleFacts): number {
  return conditions.reduce((sum, condition) => sum + valuesOf(condition), 0);
}

/** The same values are described in the old form and in the new one. */
function valuesOf(condition: Readonly<Record<string, unknown>>): number {
  const lists = Object.entries(condition).map(([key, value]) => {
    const config: unknown = key.endsWith('Config') ? value : key === 'Values' ? { Values: value } : undefined;
    if (typeof config !== 'object' || config === null) return 0;
    const counted = ['Values', 'RegexValues'].map((name): unknown => Reflect.get(config, name));
    return counted.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  });
  return Math.max(0, ...lists);
}
