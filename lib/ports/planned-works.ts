import * as z from 'zod';
import { optionalText, text } from '../rollout/event-shapes.ts';

/** Work of a service that people are notified of before it begins. */
export const plannedWork = z
  .object({
    /** The request that waits, or the rollout that the calendar holds. */
    of: text,
    service: text,
    image: text,
    requestedBy: text,
    /** When it begins, or goes on; ISO 8601. */
    startsAt: text,
    /** When the calendar closes again; absent where nothing says so. */
    endsAt: optionalText,
    /** The rollout whose record and channels hear of it. */
    toldIn: text,
  })
  .readonly();
export type PlannedWork = z.output<typeof plannedWork>;

export interface StoredWork {
  readonly work: PlannedWork;
  /** Grows with each write, which depends on it. */
  readonly revision: number;
}

/** What was announced ahead: one work a service, at most. */
export interface PlannedWorks {
  /** Reads all of a stage consistently, in no particular order. */
  plannedWorks(): Promise<readonly StoredWork[]>;
  /**
   * Writes the planned work of its service.
   * @param follows what has to be there; `undefined` where there is nothing
   * @throws StaleWrite where something else is there
   */
  putPlannedWork(work: PlannedWork, follows: StoredWork | undefined): Promise<StoredWork>;
  /** Forgets planned work that has begun or was withdrawn; what was written meanwhile stays. */
  endPlannedWork(one: StoredWork): Promise<void>;
}
