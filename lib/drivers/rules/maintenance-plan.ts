import type { MaintenanceSettings } from '../../specification/maintenance.ts';
import type { ListenerRule } from './health-request-way.ts';
import { withKeysInOrder } from './key-order.ts';
import { openConditions } from './open-conditions.ts';
import { areApart } from './patterns-meet.ts';
import { type RoutingAction, weightsOf } from './routing.ts';

/** A rule of a listener, with whose maintenance it is for. */
export interface SeenRule extends ListenerRule {
  readonly actions: readonly RoutingAction[];
  /** Rewrites of host and path, as they are described. */
  readonly transforms?: readonly RoutingAction[] | undefined;
  /** Value of its tag `sluice:maintenance`; `undefined` for a rule of others. */
  readonly maintains?: string | undefined;
  /** A rollout made it, for requests with a header. */
  readonly isOfRollout?: boolean | undefined;
}

/** A rule that maintenance needs: the page, or the way to a path that stays open. */
export interface WantedRule {
  readonly kind: 'page' | 'open';
  readonly priority: number;
  readonly conditions: readonly RoutingAction[];
  readonly actions: readonly RoutingAction[];
  readonly transforms?: readonly RoutingAction[] | undefined;
}

/** What has to change on one listener. */
export interface MaintenancePlan {
  readonly outcome: 'planned';
  /** Ways that stay open first, as the page would answer them meanwhile. */
  readonly create: readonly WantedRule[];
  /** Rules whose rule of the service does something else by now. */
  readonly rewrite: readonly { readonly arn: string; readonly actions: readonly RoutingAction[] }[];
  /** Rules of this maintenance that it needs no more. */
  readonly remove: readonly string[];
}
export type PlannedMaintenance = MaintenancePlan | { readonly outcome: 'refused'; readonly reason: string };

/** What maintenance is planned for on one listener. */
export interface MaintainedListener {
  readonly listenerArn: string;
  /** All of its rules, the default one included. */
  readonly rules: readonly SeenRule[];
  /** ARNs of the service's own rules, or of the listener for its default action. */
  readonly own: readonly string[];
  /** Target groups of the service: a rule of a rollout that leads there alone is one of its own. */
  readonly groups: readonly string[];
  /** The tag's value of this service. */
  readonly maintains: string;
}

/** The last priority of a listener; its default action comes behind. */
const lastPriority = 50_000;

/** AWS counts the values of all conditions of a rule together. */
const mostValues = 5;

interface Item extends Omit<WantedRule, 'priority'> {
  readonly base: SeenRule;
}

/**
 * Plans the rules of maintenance on one listener: for each rule of the service one that answers all of its requests with the page, just in
 * front of it, and before that one for each path that stays open. A rule of others may stand between only where no request meets both:
 * neighbours behind the same listener are never answered by the page. Made again, it finds what is there.
 */
export function planMaintenance(
  seen: MaintainedListener,
  settings: Pick<MaintenanceSettings, 'page' | 'contentType' | 'open'>,
): PlannedMaintenance {
  const bases = basesOf(seen);
  if (typeof bases === 'string') return refused(bases);
  const items: Item[] = [];
  for (const base of bases) {
    const wanted = itemsOf(base, settings);
    if (typeof wanted === 'string') return refused(wanted);
    items.push(...wanted);
  }
  const placed = place(items, bases, seen);
  if (typeof placed === 'string') return refused(placed);
  return difference(placed, seen);
}

function refused(reason: string): PlannedMaintenance {
  return { outcome: 'refused', reason };
}

/** In the order in which the listener asks them; a default action is asked last. */
function basesOf({ rules, own, listenerArn }: MaintainedListener): readonly SeenRule[] | string {
  const bases: SeenRule[] = [];
  for (const arn of own) {
    const found = rules.find((rule) => (arn === listenerArn ? rule.isDefault : rule.arn === arn));
    if (found === undefined) return `Rule ${arn} is not there; correct \`traffic\` in the spec`;
    bases.push(found.isDefault ? { ...found, priority: lastPriority + 1 } : found);
  }
  return bases.toSorted((one, other) => one.priority - other.priority);
}

function itemsOf(
  base: SeenRule,
  { page, contentType, open }: Pick<MaintenanceSettings, 'page' | 'contentType' | 'open'>,
): readonly Item[] | string {
  const conditions = base.isDefault ? [pathCondition('*')] : base.conditions;
  const items: Item[] = [];
  for (const path of open) {
    const found = openConditions(conditions, path);
    if (found.outcome === 'apart') continue;
    if (found.outcome === 'refused') return `${found.reason} (rule ${base.arn})`;
    const why = whyNotOpen(base, found.values, path);
    if (why !== undefined) return why;
    items.push({
      kind: 'open',
      base,
      conditions: found.conditions,
      actions: base.actions,
      transforms: base.transforms,
    });
  }
  const FixedResponseConfig = { StatusCode: '503', ContentType: contentType, MessageBody: page };
  items.push({ kind: 'page', base, conditions, actions: [{ Type: 'fixed-response', FixedResponseConfig }] });
  return items;
}

/** The load balancer tells no secret of a login, and a path must not stay open without the login that it has. */
function whyNotOpen({ arn, actions }: SeenRule, values: number, path: string): string | undefined {
  const instead = 'take it out of maintenance.open, or give --no-open to answer it with the page, too';
  if (actions.some(({ Type }) => Type === 'authenticate-oidc')) {
    return `${path} cannot stay open: rule ${arn} signs users in by OpenID Connect, whose secret cannot be copied; ${instead}`;
  }
  if (values <= mostValues) return undefined;
  return `${path} cannot stay open: with it the conditions of rule ${arn} have ${String(values)} values, and a rule takes ${String(mostValues)}; ${instead}`;
}

function pathCondition(pattern: string): RoutingAction {
  return { Field: 'path-pattern', PathPatternConfig: { Values: [pattern] } };
}

/** Gives each a priority, from the last one to the first: each stands before the next, and just in front of its rule. */
function place(
  items: readonly Item[],
  bases: readonly SeenRule[],
  { rules, maintains, listenerArn, groups }: MaintainedListener,
): readonly WantedRule[] | string {
  const isOwn = (rule: SeenRule) =>
    rule.maintains === maintains ||
    bases.some(({ arn }) => arn === rule.arn) ||
    (rule.isOfRollout === true && Object.keys(weightsOf(rule.actions)).every((group) => groups.includes(group)));
  const others = rules.filter((rule) => !rule.isDefault && !isOwn(rule));
  const taken = new Set(
    rules.filter((rule) => !rule.isDefault && rule.maintains !== maintains).map(({ priority }) => priority),
  );
  // The nearest one is meant where several have the same conditions.
  const kept = rules
    .filter((rule) => rule.maintains === maintains)
    .toSorted((one, other) => other.priority - one.priority);
  const used = new Set<number>(kept.map(({ priority }) => priority));
  const placed: WantedRule[] = [];
  let before = lastPriority + 1;
  for (const { base, ...item } of items.toReversed()) {
    const limit = Math.min(before, base.priority);
    // No priority under the nearest rule of others that a request can meet, too: that rule would lose its requests to the page.
    const wall = Math.max(0, ...others.filter(meets(base)).map(({ priority }) => priority));
    const same = kept.find((rule) => rule.priority < limit && rule.priority > wall && isSame(rule, item));
    const priority = same?.priority ?? nearest(limit, wall, (one) => !taken.has(one) && !used.has(one));
    if (priority === undefined) return noRoom(base, wall, others, listenerArn);
    used.add(priority);
    before = priority;
    placed.unshift({ ...item, priority });
  }
  return placed;
}

const meets =
  (base: SeenRule) =>
  (other: SeenRule): boolean =>
    other.priority < base.priority && !areApart(other.conditions, base.isDefault ? [] : base.conditions);

function nearest(limit: number, wall: number, isFree: (priority: number) => boolean): number | undefined {
  for (let priority = limit - 1; priority > wall; priority -= 1) if (isFree(priority)) return priority;
  return undefined;
}

function noRoom(base: SeenRule, wall: number, others: readonly SeenRule[], listenerArn: string): string {
  const what = base.isDefault
    ? `the default action of ${listenerArn}`
    : `rule ${base.arn} (priority ${String(base.priority)})`;
  const neighbour = others.find(({ priority }) => priority === wall);
  const why =
    neighbour === undefined
      ? 'all priorities before it are taken'
      : `rule ${neighbour.arn} (priority ${String(wall)}) of others is right before it, and would lose requests to the page`;
  const fix = base.isDefault ? 'give that rule a lower number' : 'give the rule of the service a higher number';
  return `No priority is free for the maintenance page in front of ${what}: ${why}; ${fix}, so that there is room in between`;
}

function isSame(rule: SeenRule, { kind, conditions }: Pick<WantedRule, 'kind' | 'conditions'>): boolean {
  return isPage(rule) === (kind === 'page') && alike(rule.conditions, conditions);
}

function isPage({ actions }: Pick<SeenRule, 'actions'>): boolean {
  return actions.some(({ Type }) => Type === 'fixed-response');
}

function difference(wanted: readonly WantedRule[], { rules, maintains }: MaintainedListener): MaintenancePlan {
  const present = rules.filter((rule) => rule.maintains === maintains);
  const found = wanted.map((item) => ({
    item,
    rule: present.find((rule) => rule.priority === item.priority && isSame(rule, item)),
  }));
  const create = found.flatMap(({ item, rule }) => (rule === undefined ? [item] : []));
  return {
    outcome: 'planned',
    create: [...create.filter(({ kind }) => kind === 'open'), ...create.filter(({ kind }) => kind === 'page')],
    rewrite: found.flatMap(({ item, rule }) =>
      rule === undefined || sameActions(rule.actions, item.actions) ? [] : [{ arn: rule.arn, actions: item.actions }],
    ),
    remove: inOrderOfRemoval(present.filter(({ arn }) => !found.some(({ rule }) => rule?.arn === arn))),
  };
}

/** Returns rules of maintenance in the order in which they go: the page first, as the ways that stay open lead where its rule does. */
export function inOrderOfRemoval(rules: readonly SeenRule[]): readonly string[] {
  return [...rules.filter(isPage), ...rules.filter((rule) => !isPage(rule))].map(({ arn }) => arn);
}

function alike(one: readonly RoutingAction[], other: readonly RoutingAction[]): boolean {
  return told(one.map(plainCondition)) === told(other.map(plainCondition));
}

/** Described, a condition says its values twice. */
function plainCondition({ Values, ...rest }: RoutingAction): RoutingAction {
  return Object.keys(rest).some((key) => key.endsWith('Config')) ? rest : { ...rest, Values };
}

/** The order of a single action says nothing, and one target group is described in two ways. */
function sameActions(one: readonly RoutingAction[], other: readonly RoutingAction[]): boolean {
  const plain = (actions: readonly RoutingAction[]) => actions.map(({ Order: _, TargetGroupArn: __, ...rest }) => rest);
  return told(plain(one)) === told(plain(other));
}

function told(value: unknown): string {
  return JSON.stringify(withKeysInOrder(value));
}
