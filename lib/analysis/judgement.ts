export type Outcome = 'pass' | 'hold' | 'fail';

/** What one gate says of green at one look, in numbers and in a sentence. */
export interface GateJudgement {
  readonly gate: string;
  readonly outcome: Outcome;
  /** Green's value in this step: a share (0..1), seconds, or the metric's own unit. Absent where there is no data. */
  readonly green?: number;
  /** Blue's value in the same periods. */
  readonly blue?: number;
  /** Green's requests behind the value. */
  readonly requests: number;
  readonly pass: number;
  readonly abort: number;
  /** How sure it is that green is too bad, 0..1; absent where nothing was compared. */
  readonly sure?: number;
  /** One sentence for a person, with units. */
  readonly reason: string;
}

/** What the gates say together: one failing gate fails, one holding gate holds. */
export interface Analysis {
  readonly verdict: Outcome;
  /** The gate that decided; absent where all pass. */
  readonly gate?: string;
  readonly reason: string;
  readonly gates: readonly GateJudgement[];
}
