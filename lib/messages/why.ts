import { percent, seconds, significant, rarity } from '../analysis/strength-text.ts';
import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import { metricUnit } from '../specification/metric.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';

/** What one gate said, part by part, in the gate's own unit. */
export interface GateRow {
  readonly gate: string;
  readonly outcome: RecordedJudgement['outcome'];
  readonly isAdvisory: boolean;
  readonly green: string;
  readonly blue: string;
  readonly limits: string;
  /** `a good version looks this bad in at most 1 of 500 rollouts`; empty where nothing speaks against green. */
  readonly evidence: string;
  readonly reason: string;
}

export function gateRow(judgement: RecordedJudgement, spec: Pick<RolloutSpec, 'gates' | 'metrics'>): GateRow {
  const { gate, outcome, green, blue, pass, abort, sure, dryRun, reason, better } = judgement;
  const unit = gateUnit(gate, spec);
  const inUnit = (measured: number) => textInUnit(measured, unit);
  return {
    gate,
    outcome,
    isAdvisory: dryRun === true,
    green: value(green, inUnit),
    blue: value(blue, inUnit),
    limits:
      better === 'higher'
        ? `passes from ${inUnit(pass)}, aborts below ${inUnit(abort)}`
        : `passes up to ${inUnit(pass)}, aborts above ${inUnit(abort)}`,
    evidence: sure === undefined ? '' : rarity(sure),
    reason,
  };
}

/** One gate in one line: green's value, blue's beside it, the limits, how strong the evidence is, and what was said of it. */
export function whyLine(judgement: RecordedJudgement, spec: Pick<RolloutSpec, 'gates' | 'metrics'>): string {
  const { gate, outcome, isAdvisory, green, blue, limits, evidence, reason } = gateRow(judgement, spec);
  // The judge's reason carries it already where it decides.
  const strength = evidence === '' || reason.includes(evidence) ? '' : `; ${evidence}`;
  return `${gate}: ${outcome}${isAdvisory ? ' (advisory)' : ''}. green ${green}, blue ${blue}; ${limits}${strength}. ${reason}`;
}

function value(measured: number | undefined, inUnit: (value: number) => string): string {
  return measured === undefined ? 'unknown' : inUnit(measured);
}

/** What the values and limits of a gate are measured in; a share is 0..1. */
export type GateUnit = 'share' | 'seconds' | 'count';

/** Returns the unit of a gate; one that the spec does not name (the budget, healthy hosts) has a plain number. */
export function gateUnit(name: string, { gates, metrics }: Pick<RolloutSpec, 'gates' | 'metrics'>): GateUnit {
  const gate = gates.find((one) => one.name === name);
  if (gate === undefined) return 'count';
  if (!('value' in gate)) return 'share';
  const unit = metricUnit(gate.value.metric, metrics);
  return unit === 'seconds' || unit === 'share' ? unit : 'count';
}

/** Returns a value in words: `0.4 %`, `1.2 s`, `17`. */
export function textInUnit(value: number, unit: GateUnit): string {
  if (unit === 'share') return percent(value);
  return unit === 'seconds' ? seconds(value) : significant(value);
}
