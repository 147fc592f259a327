import type { MetricUnit } from '../specification/metric.ts';

export type Outcome = 'pass' | 'hold' | 'fail';

/** What one gate says of green at one evaluation, in numbers and in a sentence. */
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
  /** What green, blue and the limits are. */
  readonly unit: MetricUnit;
  /** Where more of it is better: the limits are floors. */
  readonly better?: 'higher';
  /** Strength of the evidence that green is too bad, 0..1: one minus its reciprocal. No probability: see `rarity`. Absent where nothing was weighed. */
  readonly sure?: number;
  /** One sentence for a person, with units. */
  readonly reason: string;
  /** What it would take to decide, in one sentence; only where the gate is undecided and it was asked for. */
  readonly needs?: string;
  /** This hold is a person's to decide, whatever the gate's `afterHold` says; absent elsewhere. */
  readonly afterHold?: 'ask';
  /** The gate is advisory: judged and shown, never acted on. */
  readonly dryRun?: true;
}

/** What the gates say together: one failing gate fails, one holding gate holds. */
export interface Analysis {
  readonly verdict: Outcome;
  /** The gate that decided, `healthy-hosts`, `task-exits`, `budget` or `alarms`; absent where all pass. */
  readonly gate?: string;
  readonly reason: string;
  readonly gates: readonly GateJudgement[];
  /** What to do where the bake is still held at its cap; absent where nothing holds. */
  readonly afterHold?: 'roll-back' | 'ask';
}

/** Periods of the step that is judged, as indexes into the rollout's periods. */
export interface StepSlice {
  readonly from: number;
  /** The newest period known at this evaluation. */
  readonly to: number;
}

/** One gate over one rollout, made ready to be looked at after any of its periods. */
export interface GateJudge {
  /** @param isDetailed whether to work out what it would take to decide, too */
  look(step: StepSlice, isDetailed: boolean): GateJudgement;
}
