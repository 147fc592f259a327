import type { Budget } from '../specification/analysis-settings.ts';
import type { SpecGate } from '../specification/gate.ts';
import { spentBudget } from './budget.ts';
import { byMinute, evaluatedByMinute, periodsIn } from './by-minute.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import { turned } from './direction.ts';
import { wholeNumber } from './strength-text.ts';
import { type AnalysisSettings, type GatePolicy, minuteOf, policyByMinute, policyOf } from './gate-policy.ts';
import { shareJudge } from './judge-share.ts';
import { valueJudge } from './judge-value.ts';
import type { Analysis, GateJudge, GateJudgement, StepSlice } from './judgement.ts';

/** What one evaluation of a rollout needs. The analysis keeps nothing between evaluations. */
export interface AnalysisInput extends AnalysisSettings {
  readonly gates: readonly SpecGate[];
  /** All periods of the rollout so far, blue's history before it included (weight 0), in order of time. */
  readonly periods: readonly PeriodOfBoth[];
  /**
   * End of the newest period that should be known by now, seconds since the epoch. Where the periods end long before it the
   * look is late, and late is a hold. By default the newest period given counts as the newest there is.
   */
  readonly settledUntil?: number | undefined;
  /** How much harm the rollout may do, whatever the gates say. */
  readonly budget?: Budget | undefined;
  /** The step that is being baked: seconds since the epoch, percent. */
  readonly step: { readonly startedAt: number; readonly endsAt: number; readonly weight: number };
}

/** A rollout made ready to be judged after any of its periods. */
export interface RolloutJudge {
  look(step: StepSlice, isDetailed?: boolean): Analysis;
}

/** Judges green by its gates, from all that is known of the rollout at this evaluation. */
export function analyse(input: AnalysisInput): Analysis {
  const from = input.periods.findIndex((p) => p.weight > 0 && p.at >= input.step.startedAt);
  const to = input.periods.length - 1;
  return rolloutJudge(input).look({ from: from === -1 ? input.periods.length : from, to }, true);
}

/** Makes a rollout ready to be judged after each of its periods; an evaluation of one never depends on later ones. */
export function rolloutJudge(input: Omit<AnalysisInput, 'step'>): RolloutJudge {
  const policies = policiesOf(input);
  const judges = input.gates.map((gate, index) => judgeOf(gate, input, policies[index]));
  return {
    look: (step, isDetailed = false) => {
      const gates = judges.map((judge) => judge.look(step, isDetailed));
      return atOnce(input, step, gates) ?? orLate(combine(gates, policies), policies, input, step);
    },
  };
}

/** Returns the policies of a rollout's gates, in their order. */
export function policiesOf(input: Omit<AnalysisInput, 'step' | 'periods'>): readonly GatePolicy[] {
  const lowered = input.gates.map((gate) => turned(gate));
  return input.gates.map((gate) => {
    const { minimumRequests = input.minimumRequests } = gate;
    return policyOf(turned(gate), lowered, { ...input, minimumRequests });
  });
}

function judgeOf(
  gate: SpecGate,
  { periods, periodSeconds }: Omit<AnalysisInput, 'step'>,
  policy: GatePolicy | undefined,
): GateJudge {
  if (policy === undefined) throw new Error(`Gate ${gate.name} has no policy.`);
  // Counts without a warm-up, such as errors, are judged at every period; warm-ups and values by the minute.
  const isByMinute = 'value' in gate || policy.warmUpPeriods > 0;
  if (!isByMinute || policy.minuteSeconds <= periodSeconds) return judgeOfPeriods(gate, periods, policy);
  const minutes = byMinute(gate, periods, policy);
  return evaluatedByMinute(judgeOfPeriods(gate, minutes.periods, policyByMinute(policy)), minutes);
}

function judgeOfPeriods(gate: SpecGate, periods: readonly PeriodOfBoth[], policy: GatePolicy): GateJudge {
  return 'value' in gate ? valueJudge(gate, periods, policy) : shareJudge(gate, periods, policy);
}

/** What ends the rollout whatever the gates say; `undefined` where nothing does. */
function atOnce(
  { periods, budget, periodSeconds }: Omit<AnalysisInput, 'step'>,
  { to }: StepSlice,
  gates: readonly GateJudgement[],
): Analysis | undefined {
  const dead = deadGreen(periods, to);
  if (dead !== undefined) return { verdict: 'fail', gate: 'healthy-hosts', reason: dead, gates };
  const spent = budget === undefined ? undefined : spentBudget(budget, periods, to, periodSeconds);
  return spent === undefined ? undefined : { verdict: 'fail', gate: 'budget', reason: spent, gates };
}

/** Minutes without a datapoint of green after which what was seen before says nothing about now. */
const lateMinutes = 3;

/** A pass rests on what green does now: without a recent datapoint it is a hold. */
function orLate(
  analysis: Analysis,
  policies: readonly GatePolicy[],
  { periods, settledUntil, ...settings }: Omit<AnalysisInput, 'step'>,
  { to }: StepSlice,
): Analysis {
  const { periodSeconds } = settings;
  if (analysis.verdict !== 'pass') return analysis;
  const until = settledUntil ?? (periods[to]?.at ?? 0) + periodSeconds;
  const newest = periods.findLast((period, index) => index <= to && Object.keys(period.green).length > 0);
  const late = newest === undefined ? Infinity : Math.round((until - newest.at) / periodSeconds) - 1;
  if (late <= periodsIn(lateMinutes, { periodSeconds, minuteSeconds: minuteOf(settings) })) return analysis;
  const since = `${wholeNumber(late * periodSeconds)} s`;
  const acting = policies.filter(({ dryRun }) => !dryRun);
  const afterHold = acting.every((policy) => policy.afterHold === 'ask') ? 'ask' : 'roll-back';
  return { ...analysis, verdict: 'hold', reason: `no datapoint of green for ${since}`, afterHold };
}

/** Green at a weight above zero without one healthy host needs no statistics. */
function deadGreen(periods: readonly PeriodOfBoth[], to: number): string | undefined {
  for (let index = to; index >= 0; index -= 1) {
    const period = periods[index];
    if (period === undefined || period.weight === 0) return undefined;
    const hosts = period.green['healthyHosts'];
    if (hosts !== undefined) return hosts === 0 ? 'green has no healthy host at all' : undefined;
  }
  return undefined;
}

/** One failing gate fails, one holding gate holds; there are no weights and no scores. */
function combine(gates: readonly GateJudgement[], policies: readonly GatePolicy[]): Analysis {
  const acting = gates.filter((gate) => gate.dryRun !== true);
  const failing = acting.find((gate) => gate.outcome === 'fail');
  if (failing !== undefined) return { verdict: 'fail', gate: failing.gate, reason: failing.reason, gates };
  const holding = acting.filter((gate) => gate.outcome === 'hold');
  const [first] = holding;
  if (first === undefined) return { verdict: 'pass', reason: 'every gate passes', gates };
  const isToAsk = holding.every(
    ({ gate, afterHold }) => afterHold === 'ask' || policies.find(({ name }) => name === gate)?.afterHold === 'ask',
  );
  const afterHold = isToAsk ? 'ask' : 'roll-back';
  return { verdict: 'hold', gate: first.gate, reason: first.reason, gates, afterHold };
}
