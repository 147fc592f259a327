import type { Layout, SlotName } from '../layout/layout.ts';
import type { Pair } from './pair.ts';
import { isRecord } from '../../specification/text/is-record.ts';

/** An action exactly as the load balancer describes it; opaque, so that authentication and stickiness survive a round trip. */
export type RoutingAction = Readonly<Record<string, unknown>>;

/** What one rule or listener does with its traffic. */
export interface Routing {
  readonly kind: 'rule' | 'listener';
  readonly arn: string;
  readonly listenerArn: string;
  readonly actions: readonly RoutingAction[];
  /** Weight by target group ARN, taken from the forward action. */
  readonly weights: Readonly<Record<string, number>>;
  /** Which requests a rule takes, as the load balancer describes it; absent for a default action. */
  readonly conditions?: readonly RoutingAction[] | undefined;
  readonly priority?: string | undefined;
}

export type Roles =
  | { readonly outcome: 'clear'; readonly blue: SlotName; readonly green: SlotName }
  | { readonly outcome: 'unclear'; readonly reason: string };

/** The target groups that get traffic, each once; what is not there sends none. */
export function groupsWithTraffic(routings: readonly (Routing | undefined)[]): readonly string[] {
  const groups = routings.flatMap((routing) =>
    Object.entries(routing?.weights ?? {}).flatMap(([group, weight]) => (weight > 0 ? [group] : [])),
  );
  return [...new Set(groups)];
}

/**
 * Tells blue from green by what the rules really do: blue is the one slot that gets all traffic of every rule.
 * Anything else (a split, a foreign target group, no forward action) is for a person to clear up first.
 */
export function rolesOf(routings: readonly Routing[], layout: Pick<Layout, 'groupsOf'>): Roles {
  const serving = new Set<SlotName>();
  for (const { kind, arn, weights } of routings) {
    const used = Object.keys(weights).filter((group) => (weights[group] ?? 0) > 0);
    if (used.length === 0) return unclear(`${kind} ${arn} forwards to no target group`);
    for (const group of used) {
      const slot = slotOf(group, layout);
      if (slot === undefined) return unclear(`traffic goes to ${group}, which is neither slot a nor slot b`);
      serving.add(slot);
    }
    if (serving.size === 1 && used.length > 1)
      return unclear(`${kind} ${arn} forwards to several target groups of one slot; leave one of them to each rule`);
  }
  const [blue, second] = serving;
  if (second !== undefined) return unclear('both slots get traffic; put all weight on the slot that shall serve');
  return { outcome: 'clear', blue: blue ?? 'a', green: blue === 'b' ? 'a' : 'b' };
}

function slotOf(targetGroup: string, layout: Pick<Layout, 'groupsOf'>): SlotName | undefined {
  if (layout.groupsOf('a').includes(targetGroup)) return 'a';
  return layout.groupsOf('b').includes(targetGroup) ? 'b' : undefined;
}

function unclear(reason: string): Roles {
  return { outcome: 'unclear', reason };
}

/**
 * Returns the same actions with the forward action split between the target groups of a pair; everything else (order, stickiness, authentication) stays.
 * A third target group keeps its place with weight 0: one that no rule names is cut off from its ECS service.
 * @param greenWeight percent, 0 to 100; blue gets the rest
 */
export function withGreenWeight(
  actions: readonly RoutingAction[],
  { blue, green }: Pair,
  greenWeight: number,
): readonly RoutingAction[] {
  return actions.map((action) => {
    if (action['Type'] !== 'forward') return action;
    const { TargetGroupArn: _, ...rest } = action;
    const others = Object.keys(weightsOf([action])).filter((arn) => arn !== blue && arn !== green);
    return {
      ...rest,
      ForwardConfig: {
        ...(isRecord(action['ForwardConfig']) ? action['ForwardConfig'] : {}),
        TargetGroups: [
          { TargetGroupArn: blue, Weight: 100 - greenWeight },
          { TargetGroupArn: green, Weight: greenWeight },
          ...others.map((arn) => ({ TargetGroupArn: arn, Weight: 0 })),
        ],
      },
    };
  });
}

/**
 * Described actions in the form in which they can be written back. The load balancer never tells a client secret, so an
 * authentication action keeps the one it has (`UseExistingClientSecret`); a forward action is said once, by its configuration.
 */
export function writable(actions: readonly RoutingAction[]): readonly RoutingAction[] {
  return actions.map((action) => {
    const oidc = action['AuthenticateOidcConfig'];
    if (action['Type'] === 'authenticate-oidc' && isRecord(oidc)) {
      const { ClientSecret: _, ...described } = oidc;
      return { ...action, AuthenticateOidcConfig: { ...described, UseExistingClientSecret: true } };
    }
    if (action['Type'] === 'forward' && isRecord(action['ForwardConfig'])) {
      const { TargetGroupArn: _, ...rest } = action;
      return rest;
    }
    return action;
  });
}

/**
 * The same actions with group stickiness off. It beats weights: a client whose cookie names green would stay there.
 */
export function withoutGroupStickiness(actions: readonly RoutingAction[]): readonly RoutingAction[] {
  return actions.map((action) => {
    const config = action['ForwardConfig'];
    if (action['Type'] !== 'forward' || !isRecord(config) || stickySecondsOf([action]) === 0) return action;
    return { ...action, ForwardConfig: { ...config, TargetGroupStickinessConfig: { Enabled: false } } };
  });
}

/** The actions with the group stickiness that the forward action of others has; everything else stays. */
export function withStickinessOf(
  others: readonly RoutingAction[],
  actions: readonly RoutingAction[],
): readonly RoutingAction[] {
  const theirs = others.find(({ Type }) => Type === 'forward')?.['ForwardConfig'];
  const stickiness = isRecord(theirs) ? theirs['TargetGroupStickinessConfig'] : undefined;
  return actions.map((action) => {
    const config = action['ForwardConfig'];
    if (action['Type'] !== 'forward' || !isRecord(config)) return action;
    const { TargetGroupStickinessConfig: _, ...rest } = config;
    const own = stickiness === undefined ? {} : { TargetGroupStickinessConfig: stickiness };
    return { ...action, ForwardConfig: { ...rest, ...own } };
  });
}

/** For how long a forward action keeps clients with a target group, in seconds; 0 without group stickiness. */
export function stickySecondsOf(actions: readonly RoutingAction[]): number {
  const seconds = actions.map((action) => {
    const config = action['Type'] === 'forward' ? action['ForwardConfig'] : undefined;
    const stickiness = isRecord(config) ? config['TargetGroupStickinessConfig'] : undefined;
    if (!isRecord(stickiness) || stickiness['Enabled'] !== true) return 0;
    return Number(stickiness['DurationSeconds'] ?? 0);
  });
  return Math.max(0, ...seconds);
}

/** What the actions do beside the weights. Stickiness that is off is the same as none: a description may say either. */
export function withoutWeights(actions: readonly RoutingAction[]): readonly RoutingAction[] {
  return actions.map((action) => {
    if (action['Type'] !== 'forward') return action;
    const { TargetGroupArn: _, ForwardConfig, ...rest } = action;
    if (!isRecord(ForwardConfig)) return rest;
    const { TargetGroups: __, TargetGroupStickinessConfig: stickiness, ...config } = ForwardConfig;
    const isSticky = isRecord(stickiness) && stickiness['Enabled'] === true;
    const kept = { ...config, ...(isSticky && { TargetGroupStickinessConfig: stickiness }) };
    return { ...rest, ...(Object.keys(kept).length > 0 && { ForwardConfig: kept }) };
  });
}

/** Whether the actions ask users who they are before their requests reach a target. */
export function authenticates(actions: readonly RoutingAction[]): boolean {
  return actions.some(({ Type }) => Type !== 'forward');
}

/** Weights of a forward action by target group ARN; a lone target group counts 1. Empty without a forward action. */
export function weightsOf(actions: readonly RoutingAction[]): Readonly<Record<string, number>> {
  const forward = actions.find((action) => action['Type'] === 'forward');
  if (forward === undefined) return {};
  const config = forward['ForwardConfig'];
  const groups: unknown = isRecord(config) ? config['TargetGroups'] : undefined;
  if (Array.isArray(groups) && groups.length > 0) {
    return Object.fromEntries(
      groups.filter(isRecord).map((group) => [String(group['TargetGroupArn']), Number(group['Weight'] ?? 1)]),
    );
  }
  return typeof forward['TargetGroupArn'] === 'string' ? { [forward['TargetGroupArn']]: 1 } : {};
}

/** Green's share of the weights in percent; `undefined` where nothing is forwarded or a third target group gets some. */
export function greenShare(weights: Routing['weights'], pair: Pair): number | undefined {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const blue = weights[pair.blue] ?? 0;
  const green = weights[pair.green] ?? 0;
  return total > 0 && blue + green === total ? (100 * green) / total : undefined;
}

/** Returns the action that sends everything to one target group. */
export function forwardTo(group: string): RoutingAction {
  return { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: group, Weight: 1 }] } };
}
