/** One start of the rollback machine, at one moment. */
export interface OneTimeSchedule {
  /** Up to 64 letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Fractions of a second are rounded up: a deadline is never earlier than it was meant. */
  readonly at: Date;
  /** What the machine is started with. */
  readonly input: unknown;
}

/**
 * Schedules that fire by themselves, whatever has become of the one who set them. They may fire up to a minute late, and more
 * than once.
 */
export interface Schedules {
  /** Sets the schedule or moves the one of that name; one that has fired or was removed is set again. */
  put(schedule: OneTimeSchedule): Promise<void>;
  /** Removes the schedule of that name; one that is not there is fine. */
  remove(name: string): Promise<void>;
}
