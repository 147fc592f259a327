import type { RuleFacts } from './service-look.ts';
import { weightsOf } from './rules/routing.ts';

type Rule = RuleFacts & { readonly listener: string };

/**
 * Leaves out what no request meets any more: a rule behind one that takes the same requests and leads to its target groups, and to another
 * one. The rule of a second slot makes the rule of the first one such a rule.
 */
export function metRules<Found extends Rule>(rules: readonly Found[]): readonly Found[] {
  return rules.filter((rule) => !rules.some((before) => takesAllOf(before, rule)));
}

function takesAllOf(before: Rule, rule: Rule): boolean {
  if (before === rule || before.isDefault || before.listener !== rule.listener) return false;
  if (!rule.isDefault && before.priority >= rule.priority) return false;
  const [theirs, own] = [groupsOf(before), groupsOf(rule)];
  const leadsOn = theirs.length > own.length && own.every((one) => theirs.includes(one));
  return leadsOn && (keyOf(before) === everyPath || (!rule.isDefault && keyOf(before) === keyOf(rule)));
}

function groupsOf({ actions }: Rule): readonly string[] {
  return Object.keys(weightsOf(actions));
}

/** The same for conditions that say the same, in any order; values that stand twice count once. */
function keyOf({ conditions }: Pick<Rule, 'conditions'>): string {
  const keys = conditions.map((condition) => {
    const { Values, ...rest } = condition;
    const config = Object.entries(rest).filter(([name]) => name.endsWith('Config'));
    return JSON.stringify([condition['Field'], config.length > 0 ? sorted(config) : ['Values', sorted(Values)]]);
  });
  return keys.toSorted().join('\n');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).toSorted((one, other) => compare(one, other));
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, one]: [string, unknown]) => [key, sorted(one)])
    .toSorted(compare);
}

function compare(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

const everyPath = keyOf({ conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }] });
