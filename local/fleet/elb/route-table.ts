import { type RuleAction, weightsOf } from './rule-action.ts';
import type { RuleCondition } from './rule-condition.ts';
import type { TargetGroup } from './target-group.ts';
import { compileConditions, type Match, type RoutedRequest } from './condition-match.ts';

/** What happens to a request that a rule takes. */
export type Route =
  | {
      readonly type: 'forward';
      readonly choices: readonly Choice[];
      readonly totalWeight: number;
      readonly stickySeconds: number | undefined;
    }
  | { readonly type: 'fixed-response'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly type: 'redirect'; readonly config: NonNullable<RuleAction['RedirectConfig']> };

export interface Choice {
  readonly group: TargetGroup;
  readonly weight: number;
}

/** The rules of one listener, compiled. Never changed: a rule change makes a new table. */
export type RouteTable = readonly { readonly matches: Match; readonly route: Route }[];

/** As much of a rule as routes requests. */
interface Rule {
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
}

/** The target groups that rules may forward to. */
interface Known {
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
}

/** Compiles rules that are in order of priority, the default rule last. */
export function compileRules(rules: readonly Rule[], model: Known): RouteTable {
  return rules.map((rule) => ({
    matches: compileConditions(rule.conditions),
    route: compileRoute(rule.actions, model),
  }));
}

/** The route of the first rule that matches; the default rule matches everything. */
export function routeOf(table: RouteTable, request: RoutedRequest): Route | undefined {
  return table.find((entry) => entry.matches(request))?.route;
}

/**
 * Picks a target group by weight. `random` is from [0, 1). `undefined` where all weights are zero: nobody is to answer.
 */
export function chooseGroup(choices: readonly Choice[], totalWeight: number, random: number): TargetGroup | undefined {
  let remaining = random * totalWeight;
  for (const { group, weight } of choices) {
    if (remaining < weight) return group;
    remaining -= weight;
  }
  return undefined;
}

function compileRoute(actions: readonly RuleAction[], model: Known): Route {
  // Actions that authenticate come first and let everybody through here: there is no identity provider on this machine.
  const action = actions.at(-1);
  if (action?.RedirectConfig !== undefined) return { type: 'redirect', config: action.RedirectConfig };
  if (action?.FixedResponseConfig !== undefined) {
    const { StatusCode, ContentType, MessageBody } = action.FixedResponseConfig;
    return {
      type: 'fixed-response',
      status: Number(StatusCode),
      contentType: ContentType ?? 'text/plain',
      body: MessageBody ?? '',
    };
  }
  const choices = weightsOf(actions).flatMap(({ arn, weight }) => {
    const group = model.targetGroups.get(arn);
    return group === undefined ? [] : [{ group, weight }];
  });
  const stickiness = action?.ForwardConfig?.TargetGroupStickinessConfig;
  return {
    type: 'forward',
    choices,
    totalWeight: choices.reduce((sum, choice) => sum + choice.weight, 0),
    stickySeconds: stickiness?.Enabled === true ? stickiness.DurationSeconds : undefined,
  };
}
