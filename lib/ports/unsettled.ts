/** A rollout that is not settled: it is active, or something about it may still have to be done. */
export interface UnsettledRollout {
  readonly rolloutId: string;
  /** Sequence of the event that put it on the list. */
  readonly sequence: number;
  /** Nothing has to be checked before, ISO 8601. */
  readonly notBefore?: string | undefined;
}

/**
 * The list of rollouts that a sweep has to check. An opening puts a rollout on it, and so does whatever is recorded of one that
 * ends or has ended; the sweep takes it off. So the list is short however long the history is.
 */
export interface UnsettledRollouts {
  /** Reads the whole list, in no particular order. */
  unsettled(): Promise<readonly UnsettledRollout[]>;
  /** Takes a rollout off the list; false where something was recorded that put it there again since it was read. */
  settle(one: UnsettledRollout): Promise<boolean>;
  /** Leaves a rollout on the list until then; false where something was recorded that put it there again since it was read. */
  putOff(one: UnsettledRollout, until: string): Promise<boolean>;
}
