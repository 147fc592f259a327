import type { MaintenanceRules } from '../../drivers/maintenance-rules.ts';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import { listenerOf } from '../../drivers/rules/deleted-rules.ts';
import {
  inOrderOfRemoval,
  type MaintenancePlan,
  planMaintenance,
  type SeenRule,
  type WantedRule,
} from '../../drivers/rules/maintenance-plan.ts';
import type { Part } from '../../ports/world.ts';
import { maintenanceSettings } from '../../specification/maintenance.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** Thrown where an order was changed while its rules were written: the caller that changed it goes on. */
export class OrderChanged extends Error {
  override readonly name = 'OrderChanged';
}

interface Rules {
  readonly maintenanceRules: MaintenanceRules;
}
type Rooms = Part<'router'> & Rules;

export type WrittenRules =
  | { readonly outcome: 'up'; readonly changed: number }
  /** Nothing was written, or what was is taken away by the caller. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** The listeners that a service's traffic comes through. */
export function listenersOf(spec: RolloutSpec): readonly string[] {
  const arns = layoutOf(spec).traffic.map((target) => ('rule' in target ? listenerOf(target.rule) : target.listener));
  return [...new Set(arns)];
}

/** The value of the tag: two stages may have a service of the same name behind one listener. */
export function tagOf(stage: string, service: string): string {
  return `${stage}/${service}`;
}

/** Somebody else may take a priority between a plan and its writing; each attempt plans anew. */
const mostAttempts = 3;

/**
 * Writes the rules of maintenance on every listener of a service, or none: where one listener has no room, nothing is written. Made again,
 * it writes what is lacking.
 * @param assertWanted is called right before each rule that is created, and throws where the order was changed
 */
export async function writeRules(
  spec: RolloutSpec,
  order: { readonly maintains: string; readonly closed: boolean; readonly assertWanted: () => Promise<void> },
  world: Rooms,
): Promise<WrittenRules> {
  for (let attempt = 1; ; attempt += 1) {
    const planned = await planAll(spec, order, world);
    if (typeof planned === 'string') return { outcome: 'refused', reason: planned };
    const written = await writeAll(planned, order, world);
    if (written !== 'taken') return written;
    if (attempt === mostAttempts) {
      return { outcome: 'refused', reason: 'Others take the priorities of the listener at the same time; try again' };
    }
  }
}

interface PlannedListener {
  readonly listenerArn: string;
  readonly plan: MaintenancePlan;
}

async function planAll(
  spec: RolloutSpec,
  { maintains, closed }: { readonly maintains: string; readonly closed: boolean },
  world: Rooms,
): Promise<readonly PlannedListener[] | string> {
  const layout = layoutOf(spec);
  const settings = { ...maintenanceSettings(spec), ...(closed && { open: [] }) };
  const planned: PlannedListener[] = [];
  for (const listenerArn of listenersOf(spec)) {
    const own = layout.traffic.flatMap((target) => {
      if ('listener' in target) return target.listener === listenerArn ? [listenerArn] : [];
      return listenerOf(target.rule) === listenerArn ? [target.rule] : [];
    });
    const rules = await world.maintenanceRules.seen(listenerArn);
    const groups = [...layout.groupsOf('a'), ...layout.groupsOf('b')];
    const plan = planMaintenance({ listenerArn, rules, own, groups, maintains }, settings);
    if (plan.outcome === 'refused') return plan.reason;
    planned.push({ listenerArn, plan });
  }
  return (await fullBalancer(planned, world)) ?? planned;
}

/** Rules count for the load balancer, not for a listener. */
async function fullBalancer(planned: readonly PlannedListener[], { router }: Rooms): Promise<string | undefined> {
  const wanted = new Map<string, { readonly listenerArn: string; readonly count: number }>();
  for (const { listenerArn, plan } of planned) {
    const balancer = listenerArn.replace(/\/[0-9a-f]+$/, '');
    const before = wanted.get(balancer)?.count ?? 0;
    wanted.set(balancer, { listenerArn, count: before + plan.create.length });
  }
  for (const { listenerArn, count } of wanted.values()) {
    if (count === 0) continue;
    const { present, most } = await router.ruleRoom(listenerArn);
    if (most !== undefined && present + count > most) return noQuota(listenerArn, present, most, count);
  }
  return undefined;
}

function noQuota(listenerArn: string, present: number, most: number, count: number): string {
  return `The load balancer of ${listenerArn} has ${String(present)} rules and may have ${String(most)}: maintenance needs ${String(count)} more. Remove rules, raise the quota "Rules per Application Load Balancer", or keep fewer paths open (--no-open)`;
}

async function writeAll(
  planned: readonly PlannedListener[],
  { maintains, assertWanted }: { readonly maintains: string; readonly assertWanted: () => Promise<void> },
  { maintenanceRules }: Rules,
): Promise<WrittenRules | 'taken'> {
  let changed = 0;
  const create = async (listenerArn: string, rule: WantedRule) => {
    await assertWanted();
    changed += 1;
    return (await maintenanceRules.create(listenerArn, rule, maintains)).outcome;
  };
  // Every way that stays open comes before any page: a page on another listener must not take its requests meanwhile.
  for (const kind of ['open', 'page'] as const) {
    for (const { listenerArn, plan } of planned) {
      for (const rule of plan.create.filter((one) => one.kind === kind)) {
        const outcome = await create(listenerArn, rule);
        if (outcome === 'taken') return 'taken';
        if (outcome === 'full') {
          return { outcome: 'refused', reason: `The load balancer of ${listenerArn} has as many rules as it may have` };
        }
      }
    }
  }
  for (const { plan } of planned) {
    for (const { arn, actions } of plan.rewrite) await maintenanceRules.rewrite(arn, actions);
    for (const arn of plan.remove) await maintenanceRules.remove(arn);
    changed += plan.rewrite.length + plan.remove.length;
  }
  return { outcome: 'up', changed };
}

/**
 * Removes the rules of maintenance from listeners, the page first.
 * @param isLeftOver of the value of a rule's tag; asked after the rule was seen, as an order is recorded before its rules are made
 * @returns the rules that were removed
 */
export async function removeRules(
  listeners: readonly string[],
  isLeftOver: (maintains: string) => Promise<boolean>,
  { maintenanceRules }: Rules,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const listenerArn of new Set(listeners)) {
    const seen = await maintenanceRules.seen(listenerArn);
    const leftOver = new Set<string>();
    for (const tag of new Set(seen.flatMap(({ maintains }) => maintains ?? [])))
      if (await isLeftOver(tag)) leftOver.add(tag);
    const rules = seen.filter(({ maintains }: SeenRule) => maintains !== undefined && leftOver.has(maintains));
    for (const arn of inOrderOfRemoval(rules)) {
      await maintenanceRules.remove(arn);
      removed.push(arn);
    }
  }
  return removed;
}
