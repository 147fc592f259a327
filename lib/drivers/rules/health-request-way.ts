import type { HealthQuestion } from './health-question.ts';
import { checkConditions, type ConditionCheck } from './met-conditions.ts';
import type { RoutingAction } from './routing.ts';
import { conditionText } from './rule-conditions.ts';

/** A rule of a listener, as far as the way of a request needs it. */
export interface ListenerRule {
  readonly arn: string;
  readonly isDefault: boolean;
  /** 0 for a default action. */
  readonly priority: number;
  readonly conditions: readonly RoutingAction[];
}

/** Why a health request does not reach the rule that carries the traffic, and what to write. */
export interface Hindrance {
  /** `possible`: it depends on what cannot be compared, such as where the request comes from. */
  readonly sure: 'certain' | 'possible';
  readonly said: string;
}

/**
 * Returns what keeps a health request from the rule that carries the traffic: a condition that the request does not meet, or an earlier
 * rule of the listener that answers it. Rules that a rollout adds are left out.
 * @param headers names of headers, in lower case, that only rules of a rollout ask for
 */
export function hindrancesOf(
  question: Pick<HealthQuestion, 'url' | 'headers'>,
  rule: ListenerRule,
  all: readonly ListenerRule[],
  headers: readonly string[],
): readonly Hindrance[] {
  const path = `GET ${question.url}`;
  const unmet = checkConditions(question, rule.conditions)
    .filter(({ outcome }) => outcome !== 'met')
    .map(({ outcome, condition, fix }): Hindrance => {
      const sure = outcome === 'unmet' ? 'certain' : 'possible';
      const said = `${path} ${sure === 'certain' ? 'does not meet' : 'may not meet'} ${condition} of ${rule.arn}: ${fix}`;
      return { sure, said };
    });
  if (unmet.some(({ sure }) => sure === 'certain')) return unmet;
  const earlier = all
    .filter((other) => other.arn !== rule.arn && !other.isDefault && (rule.isDefault || other.priority < rule.priority))
    .filter(({ conditions }) => !conditions.some((condition) => isOfRollout(condition, headers)))
    .toSorted((one, two) => one.priority - two.priority);
  const taking = earlier.flatMap((other): Hindrance[] => {
    const checks = checkConditions(question, other.conditions);
    if (checks.some(({ outcome }) => outcome === 'unmet')) return [];
    const sure = checks.every(({ outcome }) => outcome === 'met') ? 'certain' : 'possible';
    const said = `${path} ${sure === 'certain' ? 'is answered' : 'may be answered'} by rule ${other.arn} (priority ${other.priority}; ${shown(checks)}), which comes before ${rule.isDefault ? 'the default action' : `priority ${rule.priority}`}: write a healthPath or url that this rule does not take, or give it a higher number`;
    return [{ sure, said }];
  });
  return [...unmet, ...taking.slice(0, 1)];
}

function isOfRollout(condition: RoutingAction, headers: readonly string[]): boolean {
  const name = conditionText(condition, 'HttpHeaderConfig', 'HttpHeaderName');
  return name !== undefined && headers.includes(name.toLowerCase());
}

function shown(checks: readonly ConditionCheck[]): string {
  return checks.map(({ condition }) => condition).join(' and ') || 'without conditions';
}
