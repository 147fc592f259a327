import { type Calling, factsOfCaller, recognize } from '../../approval/judge-caller.ts';
import type { KeptMaintenance, MaintenanceRecord, StoredMaintenance } from '../../ports/maintenances.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { againWhenStale } from '../ownership/again-when-stale.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** What a person orders. */
export interface MaintenanceOrder {
  readonly wanted: 'on' | 'off';
  readonly service: string;
  readonly reason: string;
  readonly keep: boolean;
  /** No path stays open. */
  readonly closed: boolean;
}

export interface OrderNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'spec' | 'maintenance' | 'putMaintenance'>;
  /** Has the rules written, and waits for it. */
  readonly keepMaintenance: (service: string) => Promise<KeptMaintenance>;
}

export type OrderedMaintenance =
  | {
      readonly outcome: 'done';
      readonly by: string;
      /** `ordered`: it is in the record and was not done yet; it is within five minutes. */
      readonly standing: 'up' | 'down' | 'ordered';
      /** Why it was not done at once. */
      readonly said?: string | undefined;
    }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Writers that may be first before this one gives up. */
const mostTries = 5;

/**
 * Records what a person orders, then has it done. An order that is recorded is done in the end: where the writing dies, the next evaluation
 * within five minutes goes on with it, or the same order given once more.
 */
export async function orderMaintenance(
  order: MaintenanceOrder,
  calling: Calling,
  world: OrderNeeds,
): Promise<OrderedMaintenance> {
  const { service } = order;
  const applied = await world.store.spec(service);
  const before = await world.store.maintenance(service);
  if (applied === undefined && before === undefined) {
    return { outcome: 'refused', reason: `No spec is applied for service "${service}".` };
  }
  const { by, how, contradiction } = recognize(applied?.spec.approvals ?? { people: [] }, calling);
  if (contradiction !== undefined) return { outcome: 'refused', reason: contradiction };
  return carryOut(order, { by, how, ...factsOfCaller(calling.caller) }, before, world);
}

/** Who gives an order, as the record has it. */
export type Orderer = Pick<MaintenanceRecord, 'by' | 'how' | 'principal' | 'shared'>;

/** Does the same for one who is known already. */
export async function orderMaintenanceBy(
  order: MaintenanceOrder,
  who: Orderer,
  world: OrderNeeds,
): Promise<OrderedMaintenance> {
  return carryOut(order, who, await world.store.maintenance(order.service), world);
}

async function carryOut(
  order: MaintenanceOrder,
  who: Orderer,
  before: StoredMaintenance | undefined,
  world: OrderNeeds,
): Promise<OrderedMaintenance> {
  const { service, wanted } = order;
  const { by } = who;
  await againWhenStale(mostTries, () => writeOrder(order, who, world));
  try {
    const kept = await world.keepMaintenance(service);
    if (kept.standing === 'refused')
      return { outcome: 'refused', reason: kept.reason ?? 'There is no room for its rules' };
    if (wanted === 'off' && before?.record.wanted !== 'on' && kept.removed === 0) {
      return { outcome: 'refused', reason: `${service} is not in maintenance.` };
    }
    return { outcome: 'done', by, standing: kept.standing, said: kept.reason };
  } catch (error) {
    return { outcome: 'done', by, standing: 'ordered', said: messageOf(error) };
  }
}

async function writeOrder(
  { wanted, service, reason, keep, closed }: MaintenanceOrder,
  who: Orderer,
  { store, now }: OrderNeeds,
): Promise<StoredMaintenance> {
  const before = await store.maintenance(service);
  const at = now().toISOString();
  const { standing = 'down', listeners = [], toldIn = [], since, upAt, remindedAt, wanted: was } = before?.record ?? {};
  const order = { wanted, ...who, reason, at, toldIn, listeners } as const;
  if (wanted === 'off') {
    // What never was there has nothing to settle.
    return store.putMaintenance(service, { ...order, since, standing }, before);
  }
  const goesOn = was === 'on' ? { since, upAt, remindedAt, standing } : { since: at, standing: 'ordered' as const };
  const next = { ...order, ...goesOn, ...(keep && { keep }), ...(closed && { closed }) };
  return store.putMaintenance(service, next, before);
}
