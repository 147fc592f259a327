/** What one slot showed in one period. A missing key is a missing datapoint, never a zero. */
export type Datapoint = Readonly<Partial<Record<string, number>>>;

/** Both slots in the same period, so that what hits both can be told from what green alone does. */
export interface PeriodOfBoth {
  /** Start of the period, in seconds since the epoch. */
  readonly at: number;
  /** Percent of the traffic that green was given during the whole period; 0 before the first shift. */
  readonly weight: number;
  readonly blue: Datapoint;
  readonly green: Datapoint;
}
