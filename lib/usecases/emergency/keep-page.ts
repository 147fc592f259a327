import * as z from 'zod';
import { type EmergencyRecord, emergencyId } from '../../ports/emergencies.ts';
import type { KeptMaintenance, MaintenanceRecord } from '../../ports/maintenances.ts';
import type { Part } from '../../ports/world.ts';
import { orderMaintenanceBy } from '../maintenance/order-maintenance.ts';
import { change, emergencyInput, wantedEmergency } from './emergency-input.ts';
import { tellPart } from './tell-emergency.ts';

export const keepPageInput = emergencyInput.extend({ wanted: z.enum(['on', 'off']) });

export type PageNeeds = Part<'emergencies' | 'store' | 'now'> & {
  /** Has the rules of the page written, and waits for it. */
  readonly keepMaintenance: (service: string) => Promise<KeptMaintenance>;
};

const who = { by: 'Sluice', how: 'command' } as const;

/**
 * State `KeepPage`: the maintenance page goes up once an emergency, and comes down when users are served. One that a person ordered
 * is left to them; so is one of this emergency once a person has given an order for it.
 */
export async function keepPage(
  input: z.output<typeof keepPageInput>,
  world: PageNeeds,
): Promise<{ readonly outcome: 'done' }> {
  const stored = await wantedEmergency(input, world);
  if (stored === undefined) return { outcome: 'done' };
  const { service, wanted } = input;
  const { record } = stored;
  const before = await world.store.maintenance(service);
  const isOwn = isPageOf(service, record, before?.record);
  const base = { service, keep: false, closed: false };
  if (wanted === 'off') {
    if (!isOwn) return { outcome: 'done' };
    await orderMaintenanceBy({ ...base, wanted, reason: `${reasonOf(service, record)} users are served` }, who, world);
    await tellPart(record, 'maintenance', 'pageDown', { what: 'it is taken down, as users are served' }, world);
    return { outcome: 'done' };
  }
  if (record.pageAt !== undefined) return { outcome: 'done' };
  if (before?.record.wanted === 'on' && !isOwn) {
    await tellPart(record, 'maintenance', 'page', { what: `it is up already, by ${before.record.by}` }, world);
  } else {
    const reason = `${reasonOf(service, record)} nothing serves users`;
    const ordered = await orderMaintenanceBy({ ...base, wanted, reason }, who, world);
    const said =
      ordered.outcome === 'refused'
        ? { reason: ordered.reason }
        : { what: ordered.standing === 'up' ? 'users get it' : `it is ordered (${ordered.said ?? 'not up yet'})` };
    await tellPart(record, 'maintenance', 'page', said, world);
  }
  await change(input, stored, { pageAt: world.now().toISOString() }, world);
  return { outcome: 'done' };
}

function reasonOf(service: string, record: Pick<EmergencyRecord, 'number'>): string {
  return `${emergencyId(service, record)}:`;
}

/** Returns whether the page that is up is the one that an emergency ordered, and no person has said anything of it since. */
export function isPageOf(
  service: string,
  record: Pick<EmergencyRecord, 'number'>,
  page: MaintenanceRecord | undefined,
): boolean {
  return page?.wanted === 'on' && page.by === who.by && page.reason.startsWith(reasonOf(service, record));
}
