import * as z from 'zod';
import { emergencyOrder, type OrderedEmergency } from '../../ports/emergency-orders.ts';
import { incidentOrder, type OrderedIncident } from '../../ports/incident-orders.ts';
import { isActive } from '../../rollout/phase.ts';
import { emergencySettings } from '../../specification/emergency.ts';
import type { OpenNeeds } from '../incident/open-incident.ts';
import { orderIncident } from '../incident/order-incident.ts';
import { runIncident } from '../incident/tell-incident.ts';
import { beginEmergency, type OrderNeeds, orderEmergency, run } from './order-emergency.ts';
import { tellEnded } from './tell-emergency.ts';

/** `Step Functions Execution Status Change` as EventBridge delivers it. */
const executionEnded = z.object({
  detail: z.object({
    stateMachineArn: z.string().min(1),
    name: z.string().min(1),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export const orderEmergencyInput = z.union([
  z.object({ order: emergencyOrder }),
  z.object({ incident: incidentOrder }),
  executionEnded,
]);

type Answer = OrderedEmergency | OrderedIncident | { readonly outcome: 'ignored' };
type Needs = OrderNeeds & OpenNeeds;

/** Errors by which the rollback machine declares that it cannot give users a side that serves. */
const declarations: Readonly<Partial<Record<string, string>>> = {
  RestoreFailed: 'traffic could not be put back on blue',
  BlueNotHealthy: 'traffic is back on blue, and blue is not healthy',
  BlueCannotServe: 'blue has no healthy target to put traffic back on',
};

const ofRollback = z.object({ rolloutId: z.string().min(1) });
const ofIncident = z.object({
  service: z.string().min(1).max(64),
  number: z.int().min(1),
  reopened: z.int().min(0),
});
const ofEmergency = z.object({ service: z.string().min(1).max(64), number: z.int().min(1) });

/**
 * Trigger of the chapter. An order is carried out and answered. A rollback that declares that it cannot give users a side that serves
 * begins an emergency where the spec wants that, once a rollout: after it has ended, people alone begin another one. An execution of the
 * emergency machine that was lost is followed by another one; where its emergency has ended, that is told. An event that comes twice finds the emergency going on.
 */
export async function takeOrder(input: z.output<typeof orderEmergencyInput>, world: Needs): Promise<Answer> {
  if ('order' in input) return orderEmergency(input.order, world);
  if ('incident' in input) return orderIncident(input.incident, world);
  const { stateMachineArn, error, cause, input: given } = input.detail;
  if (stateMachineArn.endsWith('-rollback')) {
    const what = declarations[error ?? ''];
    const rolloutId = ofRollback.safeParse(parsed(given)).data?.rolloutId;
    if (what === undefined || rolloutId === undefined) return { outcome: 'ignored' };
    return afterRollback(rolloutId, `${what}${saidBy(cause)}`, world);
  }
  if (stateMachineArn.endsWith('-incident')) return afterIncident(ofIncident.safeParse(parsed(given)).data, world);
  const lost = ofEmergency.safeParse(parsed(given)).data;
  const stored = lost === undefined ? undefined : await world.emergencies.emergency(lost.service);
  if (lost === undefined || stored?.record.number !== lost.number) return { outcome: 'ignored' };
  if (stored.record.standing !== 'wanted') {
    // One that was stopped between the end and its telling.
    await tellEnded(stored.record, world);
    return { outcome: 'ignored' };
  }
  return { outcome: 'done', by: 'Sluice', execution: await run(lost.service, stored.record, world), joined: true };
}

/** An execution of an incident that is open is followed by another one. */
async function afterIncident(lost: z.output<typeof ofIncident> | undefined, world: Needs): Promise<Answer> {
  const stored = lost === undefined ? undefined : await world.incidents.incident(lost.service);
  const { record } = stored ?? {};
  const isIt = record?.number === lost?.number && record?.reopened === lost?.reopened;
  if (lost === undefined || record?.standing !== 'open' || !isIt) return { outcome: 'ignored' };
  await runIncident(lost.service, record, world);
  return { outcome: 'done', by: 'Sluice', number: record.number, said: 'Another execution goes on with it.' };
}

async function afterRollback(rolloutId: string, reason: string, world: OrderNeeds): Promise<Answer> {
  const stored = await world.store.load(rolloutId);
  if (stored === undefined || !isActive(stored.state)) return { outcome: 'ignored' };
  const { service } = stored.state;
  const applied = await world.store.spec(service);
  if (applied === undefined || !emergencySettings(applied.spec).isAutomatic) return { outcome: 'ignored' };
  const last = await world.emergencies.emergency(service);
  if (last?.record.standing === 'over' && last.record.toldIn === rolloutId) return { outcome: 'ignored' };
  const declarer = { by: `the rollback of ${rolloutId}`, reason };
  return beginEmergency(service, applied.spec, { declarer }, world);
}

function saidBy(cause: string | null | undefined): string {
  return cause === null || cause === undefined || cause === '' ? '' : ` (${cause.slice(0, 300)})`;
}

function parsed(json: string | null | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
