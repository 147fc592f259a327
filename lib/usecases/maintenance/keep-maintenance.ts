import * as z from 'zod';
import type { MaintenanceRules } from '../../drivers/maintenance-rules.ts';
import type { KeptMaintenance, MaintenanceRecord, StoredMaintenance } from '../../ports/maintenances.ts';
import type { Part } from '../../ports/world.ts';
import { maintenanceSettings } from '../../specification/maintenance.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { decideMaintenance, decideOrder, isSettled, newsOfUp, recordOfUp } from './decide-maintenance.ts';
import { targetsOfUsers } from './targets-of-users.ts';
import { tellBegan, tellEnded, tellMeanwhile } from './tell-rollouts.ts';
import { listenersOf, OrderChanged, removeRules, tagOf, writeRules } from './write-rules.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export const keepMaintenanceInput = z.object({
  /** One service, whose order was changed; without it every one that is in maintenance. */
  service: z.string().min(1).max(64).optional(),
  /** Whether rules are searched for that no order knows, on the listeners of all services. */
  sweep: z.boolean().default(false),
});

export type MaintenanceWorld = Part<'store' | 'router' | 'installation' | 'now'> & {
  readonly maintenanceRules: MaintenanceRules;
};

/** Thrown after all services had their turn, where one could not be kept. */
class MaintenanceIncomplete extends Error {
  override readonly name = 'MaintenanceIncomplete';
}

/** Who takes the page down where no person does. */
const itself = 'Sluice';

/**
 * Trigger: an order, and an evaluation every five minutes. Makes the rules of each service what its newest order says: writes those
 * of a maintenance that is on, removes those of one that is not, ends one whose targets are healthy, reminds people. All of it follows from
 * the record and the load balancer alone, so that a call that died is made up for by the next one.
 * @throws MaintenanceIncomplete where a service could not be kept
 */
export async function keepMaintenance(
  { service, sweep }: z.output<typeof keepMaintenanceInput>,
  world: MaintenanceWorld,
): Promise<{ readonly kept: readonly KeptMaintenance[]; readonly swept: readonly string[] }> {
  const names = service === undefined ? await world.store.maintained() : [service];
  const kept: KeptMaintenance[] = [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      kept.push(await keepOne(name, world));
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  let swept: readonly string[] = [];
  try {
    if (sweep) swept = await sweepRules(world);
  } catch (error) {
    failures.push(`sweep: ${messageOf(error)}`);
  }
  if (failures.length > 0) throw new MaintenanceIncomplete(`Maintenance could not be kept of ${failures.join('; ')}`);
  return { kept, swept };
}

async function keepOne(service: string, world: MaintenanceWorld): Promise<KeptMaintenance> {
  const [stored, applied] = await Promise.all([world.store.maintenance(service), world.store.spec(service)]);
  const order = decideOrder(stored?.record, applied?.spec);
  if (stored === undefined || order.does === 'lower') return lower(service, stored, applied?.spec, world);
  if (order.does === 'raise') return raise(service, stored, order.spec, world);
  const ended = await end(service, stored, 'the service has no spec any more', world);
  return lower(service, ended, undefined, world);
}

async function raise(
  service: string,
  stored: StoredMaintenance,
  spec: RolloutSpec,
  world: MaintenanceWorld,
): Promise<KeptMaintenance> {
  const known = await withListeners(service, stored, spec, world);
  const trouble = await writeWanted(known.record, service, spec, world);
  if (trouble !== undefined && known.record.standing !== 'up') {
    await lower(service, await end(service, known, trouble, world), spec, world);
    return { service, standing: 'refused', reason: trouble, removed: 0 };
  }
  const { kept, ends } = await keepUp(known, trouble, service, spec, world);
  if (ends !== undefined) return lower(service, await end(service, kept, ends, world), spec, world);
  return { service, standing: 'up', ...(trouble !== undefined && { reason: trouble }), removed: 0 };
}

/** Writes the rules of a maintenance that is on; returns why they are not as they should be. */
async function writeWanted(
  { closed = false }: MaintenanceRecord,
  service: string,
  spec: RolloutSpec,
  world: MaintenanceWorld,
): Promise<string | undefined> {
  const maintains = tagOf(world.installation.stage, service);
  const assertWanted = async () => {
    const now = (await world.store.maintenance(service))?.record;
    if (now?.wanted !== 'on') throw new OrderChanged(`Maintenance of ${service} was ended meanwhile.`);
  };
  const written = await writeRules(spec, { maintains, closed, assertWanted }, world);
  return written.outcome === 'refused' ? written.reason : undefined;
}

/** Evaluates one that is up: it stays as it is, or ends, and people hear what is new. */
async function keepUp(
  known: StoredMaintenance,
  trouble: string | undefined,
  service: string,
  spec: RolloutSpec,
  world: MaintenanceWorld,
): Promise<{ readonly kept: StoredMaintenance; readonly ends: string | undefined }> {
  const { record } = known;
  const { endAfterSeconds } = maintenanceSettings(spec);
  const now = world.now();
  const upAt = record.upAt ?? now.toISOString();
  const sight = { ...(await targetsOfUsers(spec, world)), now, endAfterSeconds };
  const decision = decideMaintenance({ ...record, upAt }, sight);
  const toldIn = await tellBegan(service, record, endAfterSeconds, world);
  const next = recordOfUp(record, { decision, trouble, toldIn, upAt, now });
  const kept = same(next, record) ? known : await world.store.putMaintenance(service, next, known);
  for (const event of newsOfUp(record, { decision, trouble })) await tellMeanwhile(next, event, world);
  return { kept, ends: decision.ends };
}

/** Says where rules may be before the first is written. */
async function withListeners(
  service: string,
  stored: StoredMaintenance,
  spec: RolloutSpec,
  { store }: MaintenanceWorld,
): Promise<StoredMaintenance> {
  const listeners = [...new Set([...stored.record.listeners, ...listenersOf(spec)])];
  if (same(listeners, stored.record.listeners)) return stored;
  return store.putMaintenance(service, { ...stored.record, listeners }, stored);
}

/** Orders the end in the name of the stack. */
function end(
  service: string,
  stored: StoredMaintenance,
  reason: string,
  { store, now }: MaintenanceWorld,
): Promise<StoredMaintenance> {
  const { since, standing, toldIn, listeners } = stored.record;
  const at = now().toISOString();
  const record = { wanted: 'off', by: itself, how: 'command', reason, at, since, standing, toldIn, listeners } as const;
  return store.putMaintenance(service, record, stored);
}

async function lower(
  service: string,
  stored: StoredMaintenance | undefined,
  spec: RolloutSpec | undefined,
  world: MaintenanceWorld,
): Promise<KeptMaintenance> {
  const maintains = tagOf(world.installation.stage, service);
  const listeners = [...(stored?.record.listeners ?? []), ...(spec === undefined ? [] : listenersOf(spec))];
  const isOver = async () => (await world.store.maintenance(service))?.record.wanted !== 'on';
  const isLeftOver = async (tag: string) => tag === maintains && (spec === undefined || (await isOver()));
  const removed = await removeRules(listeners, isLeftOver, world);
  if (stored !== undefined && stored.record.standing !== 'down') {
    const { record } = stored;
    await tellEnded(record, record.by === itself, world);
    if (isSettled(record, world.now()))
      await world.store.putMaintenance(service, { ...record, standing: 'down', toldIn: [] }, stored);
  }
  return { service, standing: 'down', removed: removed.length };
}

/**
 * Removes rules of this stage that no order wants, also where the record of the order is lost: they are found by their tag, on the
 * listeners of all services.
 */
async function sweepRules(world: MaintenanceWorld): Promise<readonly string[]> {
  const { store, installation } = world;
  const services = await store.services();
  const listeners: string[] = [];
  for (const service of new Set([...services, ...(await store.maintained())])) {
    const [stored, applied] = await Promise.all([store.maintenance(service), store.spec(service)]);
    listeners.push(...(stored?.record.listeners ?? []), ...(applied === undefined ? [] : listenersOf(applied.spec)));
  }
  const own = `${installation.stage}/`;
  const isLeftOver = async (tag: string) =>
    tag.startsWith(own) && (await store.maintenance(tag.slice(own.length)))?.record.wanted !== 'on';
  return removeRules(listeners, isLeftOver, world);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
