import type { OneTimeSchedule } from '../rollout/one-time-schedule.ts';

/**
 * Schedules that fire by themselves, whatever has become of the one who set them. They may fire up to a minute late, and more
 * than once.
 */
export interface Schedules {
  /**
   * Sets the schedule or moves the one of that name; one that was removed is set again. Under the name of one that has fired it may be
   * lost: it is deleted some time later, with whatever was set meanwhile. Use a new name then.
   */
  put(schedule: OneTimeSchedule): Promise<void>;
  /** Removes the schedule of that name; one that is not there is fine. */
  remove(name: string): Promise<void>;
}
