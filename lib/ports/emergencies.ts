import * as z from 'zod';
import { callerFacts, identity } from '../rollout/decider.ts';
import { optionalText, text } from '../rollout/event-shapes.ts';
import { emergencyParts } from '../specification/emergency.ts';

/** A version that an emergency brings back, by a rollout of its own. */
const attempt = z
  .object({
    digest: text,
    /** Name of the execution of the rollout machine. */
    execution: text,
    at: text,
    /** `notOpened`: its execution ended without a rollout, as one that was refused, so the version was not tried. */
    outcome: z.enum(['succeeded', 'failed', 'notOpened']).optional(),
    /** When that was seen. */
    endedAt: optionalText,
    /** Why it failed, or opened no rollout. */
    reason: optionalText,
  })
  .readonly();
export type EmergencyAttempt = z.output<typeof attempt>;

/** An emergency of a service, as it was ordered and as far as it has come. */
export const emergencyRecord = z
  .object({
    /** `wanted`: it goes on; `over`: it has ended. */
    standing: z.enum(['wanted', 'over']),
    /** Counts the emergencies of the service: its executions are named after it. */
    number: z.int(),
    by: text,
    /** Absent where a rollback declared it. */
    how: identity.optional(),
    reason: text,
    ...callerFacts,
    since: text,
    /** When it ends in any case. */
    until: text,
    parts: z.array(z.enum(emergencyParts)).readonly(),
    /** The rollout whose record and channels hear of it. */
    toldIn: text,
    /** When the maintenance page was ordered; once an emergency. */
    pageAt: optionalText,
    /** When capacity was seen to; once an emergency. */
    capacityAt: optionalText,
    /** When a part was asked for first. */
    askedAt: z.object({ page: optionalText, capacity: optionalText }).readonly().optional(),
    attempts: z.array(attempt).readonly(),
    /** The incident that it opened, or why that could not be done yet. */
    incident: z.object({ number: z.int().optional(), problem: optionalText }).readonly().optional(),
    /** Why no further version is brought back. */
    exhausted: optionalText,
    /** Since when the targets that users reach are healthy. */
    healthySince: optionalText,
    /** How often people were reminded. */
    reminded: z.int(),
    /** What it waits for, in words. */
    waitsFor: optionalText,
    /** Who ended it, when, and why. */
    ended: z
      .object({
        by: text,
        how: identity.optional(),
        ...callerFacts,
        reason: text,
        at: text,
        outcome: z.enum(['served', 'byPerson', 'timeOver', 'gone']),
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type EmergencyRecord = z.output<typeof emergencyRecord>;

export interface StoredEmergency {
  readonly record: EmergencyRecord;
  /** Grows with each write, which depends on it. */
  readonly revision: number;
}

export interface Emergencies {
  /** The newest emergency of a service; `undefined` where there never was one. Reads consistently. */
  emergency(service: string): Promise<StoredEmergency | undefined>;
  /**
   * Writes the next state of a service's emergency.
   * @param follows the state that has to be there; `undefined` where there is none
   * @throws StaleWrite where another one is there
   */
  putEmergency(
    service: string,
    record: EmergencyRecord,
    follows: StoredEmergency | undefined,
  ): Promise<StoredEmergency>;
}

/** Returns the id of an emergency, after which its executions are named. */
export function emergencyId(service: string, { number }: Pick<EmergencyRecord, 'number'>): string {
  return `${service}-emergency-${String(number)}`;
}
