/** Messages in one queue that nobody has taken. */
export interface QueueDepth {
  readonly queue: string;
  readonly messages: number;
}

/** What tells whether the stack could do its work now, besides its record. Each asks, and rejects where it is not answered. */
export interface Vitals {
  /** Status of each state machine by its name, as Step Functions calls it. */
  machines(): Promise<Readonly<Record<string, string>>>;
  /** State of the group that the guards' schedules are in. */
  guard(): Promise<string>;
  /** Queues of what could not be delivered or taken in. */
  undelivered(): Promise<readonly QueueDepth[]>;
}
