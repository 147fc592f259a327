/** One start of the rollback machine, at one moment. */
export interface OneTimeSchedule {
  /** Up to 64 letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** Fractions of a second are rounded up: a deadline is never earlier than it was meant. */
  readonly at: Date;
  /** What the machine is started with. */
  readonly input: unknown;
}
