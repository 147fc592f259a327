import { NotCopied } from './not-copied.ts';
import type { RuleFacts } from '../service-look.ts';
import { type RoutingAction, stickySecondsOf } from '../rules/routing.ts';
import { secondName } from './second-name.ts';
import type { SecondRule, SecondSlot, SlotToCopy } from './slot-to-copy.ts';
import { isRecord } from '../../specification/text/is-record.ts';

/** Longest name of a target group. */
const longestGroupName = 32;
/** Highest priority of a rule. */
const lastPriority = 50_000;

/** A rule of the first slot, beside all rules of its listener. */
export interface RuleToCopy extends RuleFacts {
  readonly listener: string;
  readonly all: readonly RuleFacts[];
}

/**
 * Returns what a service with one slot lacks. No rule that is there is changed: a rule of the second slot takes the requests of each one
 * of the first slot, right before it, and sends all of them to the first slot.
 * @throws NotCopied where a rule has to be changed by a person
 */
export function planSecondSlot({ service, groups }: SlotToCopy, rules: readonly RuleToCopy[]): SecondSlot {
  const own = groups.map(({ arn }) => arn);
  const taken = new Map<string, number[]>();
  const planned = rules
    .toSorted((one, other) => other.priority - one.priority)
    .map((rule): SecondRule => {
      const used = taken.get(rule.listener) ?? [];
      const forward = forwardOf(rule, own);
      const priority = rule.isDefault ? lastOf(rule, used) : rightBefore(rule, used, rules);
      taken.set(rule.listener, [...used, priority]);
      const conditions = rule.isDefault ? everyRequest : rule.conditions.map(writableCondition);
      const before = rule.isDefault ? rule.listener : rule.arn;
      return { listener: rule.listener, priority, conditions, before, ...forward };
    });
  return {
    like: service,
    service: secondName(service.service),
    groups: groups.map((group) => ({ ...group, newName: fitting(secondName(group.name), group.name) })),
    rules: planned,
  };
}

const everyRequest: readonly RoutingAction[] = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }];

/** The target group that a rule sends everything to. @throws NotCopied where it does more than that */
function forwardOf(rule: RuleToCopy, own: readonly string[]): Pick<SecondRule, 'first' | 'stickySeconds'> {
  const name = rule.isDefault ? `The default action of listener ${rule.listener}` : `Rule ${rule.arn}`;
  const byHand =
    'Add the target group of the second slot to it with weight 0 in your infrastructure code, then run init again.';
  const [action] = rule.actions;
  if (rule.actions.length !== 1 || action?.['Type'] !== 'forward')
    throw new NotCopied(`${name} does more than to forward (a login, for example), which cannot be copied. ${byHand}`);
  if (rule.rewrites === true) throw new NotCopied(`${name} rewrites its requests, which cannot be copied. ${byHand}`);
  const config = action['ForwardConfig'];
  const groups = listOf(isRecord(config) ? config['TargetGroups'] : undefined).map((one) => one['TargetGroupArn']);
  const all = groups.length > 0 ? groups : [action['TargetGroupArn']];
  const first = own.find((arn) => arn === all[0]);
  if (all.length !== 1 || first === undefined)
    throw new NotCopied(`${name} forwards to other target groups, too. ${byHand}`);
  const stickySeconds = stickySecondsOf(rule.actions);
  return { first, ...(stickySeconds > 0 && { stickySeconds }) };
}

/** The priority between a rule and the one before it that is not the service's own. @throws NotCopied where none is free */
function rightBefore(rule: RuleToCopy, used: readonly number[], rules: readonly RuleToCopy[]): number {
  const own = rules.filter(({ listener }) => listener === rule.listener).map(({ priority }) => priority);
  const others = rule.all.filter(({ isDefault }) => !isDefault).map(({ priority }) => priority);
  for (let priority = rule.priority - 1; priority >= 1; priority -= 1) {
    if (!others.includes(priority) && !used.includes(priority)) return priority;
    if (!own.includes(priority) && !used.includes(priority)) break;
  }
  throw new NotCopied(
    `No priority is free right before rule ${rule.arn} (priority ${rule.priority}). Give it a higher one in your infrastructure code, then run init again.`,
  );
}

/** The last priority: rules that are added later stand before it. @throws NotCopied where a rule has it */
function lastOf({ listener, all }: RuleToCopy, used: readonly number[]): number {
  const highest = Math.max(0, ...used, ...all.filter(({ isDefault }) => !isDefault).map(({ priority }) => priority));
  if (highest < lastPriority) return lastPriority;
  throw new NotCopied(
    `A rule of listener ${listener} has the priority ${lastPriority}: none is free behind it for the requests of the default action. Give it a lower one, then run init again.`,
  );
}

/** Values stand twice in what a load balancer describes; it takes them once. */
function writableCondition(condition: RoutingAction): RoutingAction {
  const { Values, RegexValues: _, ...rest } = condition;
  const hasConfig = Object.keys(rest).some((key) => key.endsWith('Config'));
  return hasConfig || Values === undefined ? rest : { ...rest, Values };
}

/** @throws NotCopied where the name would be too long */
function fitting(name: string, of: string): string {
  if (name.length <= longestGroupName) return name;
  const short = `${of.slice(0, longestGroupName - 2)}-b`;
  if (short !== of) return short;
  throw new NotCopied(`No name for a second target group follows from ${of}. Rename it, then run init again.`);
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
