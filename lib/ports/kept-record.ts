/** The record of one rollout exactly as it is kept, known or not to this version. */
export interface KeptRecord {
  readonly rolloutId: string;
  /** The JSON text of each event, by the number of the place where it lies. */
  readonly events: ReadonlyMap<number, string>;
  /** Keys of items that lie among the events under a key that no event has; absent where there are none. */
  readonly stray?: readonly string[] | undefined;
  /** The item of the state; `undefined` where it is gone. */
  readonly state: Readonly<Record<string, unknown>> | undefined;
  /** `archive` where it was read from a copy that has events alone. */
  readonly source?: 'archive' | undefined;
}
