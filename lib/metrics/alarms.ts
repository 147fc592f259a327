/** An alarm as it is now. */
export interface AlarmState {
  readonly name: string;
  readonly isRinging: boolean;
  /** Why it is in its state, in the words of CloudWatch. */
  readonly reason: string;
}

/** The alarms of the account and region. */
export interface Alarms {
  /** Those of the named alarms that exist, metric and composite. */
  read(names: readonly string[]): Promise<readonly AlarmState[]>;
}
