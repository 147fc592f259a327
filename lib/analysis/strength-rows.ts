import { type AnalysisInput, rolloutJudge } from './analyse.ts';
import type { GateJudgement } from './judgement.ts';

/** What one gate saw in one period, and how sure it was by then that green is too bad. */
export interface StrengthRow extends GateJudgement {
  /** Start of the period, in seconds since the epoch. */
  readonly at: number;
  /** Percent of the traffic that green was given. */
  readonly weight: number;
}

/** The evidence of a rollout as a person reads it: a row for each gate and period, oldest first. */
export function strengthRows(input: Omit<AnalysisInput, 'step'>): readonly StrengthRow[] {
  const judge = rolloutJudge(input);
  return input.periods.flatMap(({ at, weight }, index) =>
    weight === 0 ? [] : judge.look({ from: index, to: index }).gates.map((gate) => ({ ...gate, at, weight })),
  );
}
