import { factsOfCaller, recognize } from '../../approval/judge-caller.ts';
import type { Caller } from '../../approval/caller.ts';
import { emergencyId, type EmergencyRecord, type StoredEmergency } from '../../ports/emergencies.ts';
import type { EmergencyOrder, OrderedEmergency } from '../../ports/emergency-orders.ts';
import type { Executions } from '../../ports/executions.ts';
import type { Part } from '../../ports/world.ts';
import { type CallerFacts, callerFactsOf, type Identity } from '../../rollout/decider.ts';
import { type EmergencyPart, emergencySettings } from '../../specification/emergency.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { againWhenStale } from '../ownership/again-when-stale.ts';
import { tellBegan, tellEnded, tellSeenTo } from './tell-emergency.ts';

export type OrderNeeds = Part<'emergencies' | 'store' | 'now'> & {
  /** Of the emergency machine. */
  readonly emergencyExecutions: Pick<Executions, 'start' | 'isRunning'>;
};

/** Writers that may be first before this one gives up. */
const mostTries = 5;
/** An execution that was stopped is followed by another one, so often. */
const mostExecutions = 20;

/** Who declares an emergency, and why. */
export interface Declarer extends CallerFacts {
  readonly by: string;
  readonly how?: Identity | undefined;
  readonly reason: string;
}

/**
 * A person begins an emergency, or ends one. Of two that begin it at once, one does, by a conditional write; the other one joins it. The
 * same order again starts the machine where its execution was lost.
 */
export async function orderEmergency(order: EmergencyOrder, world: OrderNeeds): Promise<OrderedEmergency> {
  const { service, reason, calling } = order;
  const applied = await world.store.spec(service);
  if (applied === undefined) return { outcome: 'refused', reason: `No spec is applied for service "${service}".` };
  const caller: Caller = calling.caller;
  const { by, how, contradiction } = recognize(applied.spec.approvals, { ...calling, caller });
  if (contradiction !== undefined) return { outcome: 'refused', reason: contradiction };
  const declarer = { by, how, reason, ...factsOfCaller(caller) };
  if (order.wanted === 'end') return endByPerson(service, declarer, world);
  return beginEmergency(service, applied.spec, { declarer, parts: order.parts }, world);
}

/** Begins an emergency of a service, or joins the one that goes on; its machine runs afterwards. */
export async function beginEmergency(
  service: string,
  spec: RolloutSpec,
  order: { readonly declarer: Declarer; readonly parts?: readonly EmergencyPart[] | undefined },
  world: OrderNeeds,
): Promise<OrderedEmergency> {
  const [newest] = await world.store.list(service, 1);
  if (newest === undefined) {
    const reason = `No rollout of ${service} is in the record, so no version of it is known to be good. To give users a page: sluice maintenance on ${service} --reason "…"`;
    return { outcome: 'refused', reason };
  }
  const { stored, joined } = await claim(service, spec, { ...order, toldIn: newest.rolloutId }, world);
  await tellBegan(stored.record, world);
  const execution = await run(service, stored.record, world);
  return { outcome: 'done', by: order.declarer.by, execution, joined };
}

async function claim(
  service: string,
  spec: RolloutSpec,
  order: Parameters<typeof beginEmergency>[2] & { readonly toldIn: string },
  world: OrderNeeds,
): Promise<{ readonly stored: StoredEmergency; readonly joined: boolean }> {
  return againWhenStale(mostTries, async () => {
    const before = await unexpired(service, world);
    if (before?.record.standing === 'wanted') return { stored: before, joined: true };
    const record = begun(spec, order, (before?.record.number ?? 0) + 1, world.now());
    return { stored: await world.emergencies.putEmergency(service, record, before), joined: false };
  });
}

function begun(spec: RolloutSpec, order: Parameters<typeof claim>[2], number: number, now: Date): EmergencyRecord {
  const { parts, limitSeconds } = emergencySettings(spec);
  const { by, how, reason } = order.declarer;
  return {
    ...{ standing: 'wanted', number, by },
    ...(how !== undefined && { how }),
    ...callerFactsOf(order.declarer),
    reason,
    since: now.toISOString(),
    until: new Date(now.getTime() + limitSeconds * 1000).toISOString(),
    parts: order.parts ?? parts,
    toldIn: order.toldIn,
    attempts: [],
    reminded: 0,
  };
}

/** The newest emergency; one whose time is over, and that was lost before it said so, is ended first. */
async function unexpired(service: string, world: OrderNeeds): Promise<StoredEmergency | undefined> {
  const stored = await world.emergencies.emergency(service);
  const now = world.now();
  if (stored?.record.standing !== 'wanted' || now.getTime() < Date.parse(stored.record.until)) return stored;
  const reason = 'its time was over, and no execution of it was left to say so';
  const ended = { by: 'Sluice', reason, at: now.toISOString(), outcome: 'timeOver' } as const;
  const over = await world.emergencies.putEmergency(service, { ...stored.record, standing: 'over', ended }, stored);
  await tellEnded(over.record, world);
  return over;
}

/** Starts the machine under the first name that is free, or finds the execution that runs. */
export async function run(
  service: string,
  record: Pick<EmergencyRecord, 'number'>,
  { emergencyExecutions }: Pick<OrderNeeds, 'emergencyExecutions'>,
): Promise<string> {
  const id = emergencyId(service, record);
  for (let nth = 1; nth <= mostExecutions; nth += 1) {
    const name = nth === 1 ? id : `${id}-${nth}`;
    const started = await emergencyExecutions.start(name, { service, number: record.number });
    if (!started.alreadyStarted || (await emergencyExecutions.isRunning(started.executionArn)))
      return started.executionArn;
  }
  throw new Error(`${mostExecutions} executions of ${id} have ended already. End it, and begin another one.`);
}

async function endByPerson(
  service: string,
  { by, how, reason, ...facts }: Declarer,
  world: OrderNeeds,
): Promise<OrderedEmergency> {
  const at = world.now().toISOString();
  return againWhenStale(mostTries, async () => {
    const before = await world.emergencies.emergency(service);
    if (before?.record.ended?.outcome === 'timeOver') return seeTo(before.record, { by, how, reason, ...facts }, world);
    if (before?.record.standing !== 'wanted')
      return { outcome: 'refused', reason: `No emergency of ${service} goes on.` } as const;
    const ended = {
      by,
      ...(how !== undefined && { how }),
      ...callerFactsOf(facts),
      reason,
      at,
      outcome: 'byPerson',
    } as const;
    const over: EmergencyRecord = { ...before.record, standing: 'over', ended };
    const { record } = await world.emergencies.putEmergency(service, over, before);
    await tellEnded(record, world);
    return { outcome: 'done', by } as const;
  });
}

/** One whose time was over has an alert, which stays until a person says this. */
async function seeTo(
  record: EmergencyRecord,
  { by, how = 'command', ...said }: Declarer,
  world: OrderNeeds,
): Promise<OrderedEmergency> {
  await tellSeenTo(record, { by, how, ...said }, world);
  return { outcome: 'done', by };
}
