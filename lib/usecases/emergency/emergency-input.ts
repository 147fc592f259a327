import * as z from 'zod';
import type { EmergencyRecord, StoredEmergency } from '../../ports/emergencies.ts';
import { StaleWrite } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';

/** What each state of the emergency machine gets. */
export const emergencyInput = z.object({ service: z.string().min(1).max(64), number: z.int().min(1) });
export type EmergencyInput = z.output<typeof emergencyInput>;

/** Returns the emergency that a state works for, while it is wanted; `undefined` where it ended, or a newer one is there. */
export async function wantedEmergency(
  { service, number }: EmergencyInput,
  { emergencies }: Part<'emergencies'>,
): Promise<StoredEmergency | undefined> {
  const stored = await emergencies.emergency(service);
  return stored?.record.number === number && stored.record.standing === 'wanted' ? stored : undefined;
}

/**
 * Writes what changes of an emergency that is wanted.
 * @throws StaleWrite where it was ended, or changed by another writer
 */
export async function change(
  input: EmergencyInput,
  stored: StoredEmergency,
  changes: Partial<EmergencyRecord>,
  { emergencies }: Part<'emergencies'>,
): Promise<StoredEmergency> {
  if (stored.record.standing !== 'wanted') throw new StaleWrite(`The emergency of ${input.service} has ended.`);
  return emergencies.putEmergency(input.service, { ...stored.record, ...changes }, stored);
}
