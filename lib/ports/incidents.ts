import * as z from 'zod';
import { callerFacts, identity } from '../rollout/decider.ts';
import { optionalText, text, texts } from '../rollout/event-shapes.ts';
import { incidentLevels } from '../specification/incident.ts';

/** Who did something, and how they were identified; `how` is absent where Sluice did. */
const doer = { by: text, how: identity.optional(), ...callerFacts, at: text };

/** The newest incident of a service, as far as it has come. */
export const incidentRecord = z
  .object({
    standing: z.enum(['open', 'closed']),
    /** Counts the incidents of the service: its executions are named after it. */
    number: z.int(),
    /** How often it was opened again. */
    reopened: z.int(),
    level: z.enum(incidentLevels),
    reason: text,
    opened: z.object(doer).readonly(),
    /** What opened it, the last time. */
    cause: text,
    /** What opened it, or came to it while it was open: each counts once. */
    causes: texts,
    /** Set where the emergency that opened it pages people. */
    quiet: z.boolean(),
    /** When it was opened first; `opened.at` is the last time. */
    since: text,
    /** The rollout whose record and channels hear of it. */
    toldIn: text,
    /** Who leads, since when, and after whom. */
    commander: z
      .object({ ...doer, from: optionalText, handedBy: optionalText, nth: z.int() })
      .readonly()
      .optional(),
    /** When it got worse the last time, to a level that pages. */
    raised: z
      .object({ ...doer, from: z.enum(incidentLevels), to: z.enum(incidentLevels), reason: text, nth: z.int() })
      .readonly()
      .optional(),
    /** When something came to it last while it was open: what was restored before is not restored any more. */
    joinedAt: optionalText,
    /** When users were served again, as far as that is known. */
    restoredAt: optionalText,
    /** When people heard last how it stands. */
    updatedAt: text,
    closed: z
      .object({ ...doer, reason: text })
      .readonly()
      .optional(),
  })
  .readonly();
export type IncidentRecord = z.output<typeof incidentRecord>;

export interface StoredIncident {
  readonly record: IncidentRecord;
  /** Grows with each write, which depends on it. */
  readonly revision: number;
}

export interface Incidents {
  /** The newest incident of a service; `undefined` where there never was one. Reads consistently. */
  incident(service: string): Promise<StoredIncident | undefined>;
  /**
   * Writes the next state of a service's incident.
   * @param follows the state that has to be there; `undefined` where there is none
   * @throws StaleWrite where another one is there
   */
  putIncident(service: string, record: IncidentRecord, follows: StoredIncident | undefined): Promise<StoredIncident>;
}

/** Returns the id of an incident, after which its executions are named. */
export function incidentId(service: string, { number, reopened }: Pick<IncidentRecord, 'number' | 'reopened'>): string {
  return `${service}-incident-${String(number)}${reopened === 0 ? '' : `-again-${String(reopened)}`}`;
}
