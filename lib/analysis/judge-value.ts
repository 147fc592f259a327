import type { ValueGate } from '../specification/gate.ts';
import { valueAsBlue } from './blue-at-limit.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import { inUnit, measured, turnOf, unitOfGate } from './direction.ts';
import { nounOf, rarity, wholeNumber } from './strength-text.ts';
import { beyondClients, breached, type GatePolicy, lackOfBlue, lackOfRequests } from './gate-policy.ts';
import type { GateJudge, GateJudgement, Outcome, StepSlice } from './judgement.ts';
import { type Fall, settledFrom } from './settling.ts';
import { compareValues, type ValueComparison } from './value-comparison.ts';
import { medianBetween, type ValueSeries, valueSeries } from './value-series.ts';

/** A step does not end while it is this sure that green is worse than tolerated. */
const tooSureToPass = 0.95;
/** Requests behind a run of percentiles beyond the abort limit that make it certain. */
const certainRequests = 100;
const fewestBeyond = 2;
/** Values without requests behind them, such as a count of hosts: periods in a row beyond the abort limit. */
const fewestBeyondUncounted = 3;
/** During its warm-up green must be beyond the abort limit by this factor, and not be getting better. */
const clearlyBeyond = 1.1;
const gettingBetter = 0.9;
/** Periods that say how a value that is not compared is doing now. */
const recent = 5;
/** Variance of the logarithm of a percentile from period to period: of the latency itself, and of one request's share of it. */
const wander = 0.0025;
const perRequest = 0.36;

interface Prepared {
  readonly gate: ValueGate;
  readonly policy: GatePolicy;
  readonly series: ValueSeries;
  /** Index, for each period, of the first one at its weight that counts. */
  readonly settled: Int32Array;
  readonly comparison: ValueComparison | undefined;
  /** The comparison with what clients that stay on one side may do at most; absent where that is not known, or nothing. */
  readonly far: (() => ValueComparison) | undefined;
}

/** Judges a value such as a percentile or a count of hosts: against its limits and, where that makes sense, against blue. */
export function valueJudge(gate: ValueGate, periods: readonly PeriodOfBoth[], policy: GatePolicy): GateJudge {
  const sumPeriods = gate.sumOver === undefined ? 1 : Math.max(1, Math.ceil(gate.sumOver / policy.periodSeconds));
  const series = valueSeries(gate.value.metric, periods, turnOf(gate), sumPeriods);
  const settled = settledFrom(series.weight, series.first, policy.warmUpPeriods, fallOf(series));
  const comparison = policy.compare ? compareValues(series, policy, settled) : undefined;
  const granted = beyondClients(policy);
  const far = granted && (() => compareValues(series, granted, settled));
  const prepared: Prepared = { gate, policy, series, settled, comparison, far };
  return { look: (step) => lookAt(prepared, step) };
}

/** What green's value did, relative to blue's, from one period to another. */
function fallOf({ green, blue, weight, greenRequests }: ValueSeries): (from: number, to: number) => Fall {
  // Where one of the two periods has no blue, green's own values are compared.
  const valueAt = (index: number, other: number): number => {
    const isAlone = (weight[index] ?? 0) >= 100 || (weight[other] ?? 0) >= 100;
    return (green[index] ?? Number.NaN) / (isAlone ? 1 : (blue[index] ?? Number.NaN));
  };
  const variance = (index: number): number => wander / 2 + perRequest / Math.max(1, greenRequests[index] ?? 1);
  return (from, to) => {
    const remains = valueAt(to, from) / valueAt(from, to);
    return { errors: -Math.log(remains) / Math.sqrt(variance(from) + variance(to)), remains };
  };
}

interface Decision {
  readonly outcome: Outcome;
  readonly sure?: number;
  readonly reason: string;
  readonly afterHold?: 'ask';
}

function lookAt(prepared: Prepared, { from, to }: StepSlice): GateJudgement {
  const { gate, policy, series, settled, comparison } = prepared;
  const countsFrom = settled[to] ?? 0;
  const window = gate.sumOver === undefined ? recent : 1;
  const counted = Math.max(from, countsFrom, comparison === undefined ? to - window + 1 : 0);
  const green = medianBetween(series.green, counted, to);
  const shown = green ?? medianBetween(series.green, from, to);
  const blue = medianBetween(series.blue, counted, to);
  const requests = sumBetween(series.greenRequests, Math.max(from, countsFrom), to);
  const inStep = sumBetween(series.greenRequests, from, to);
  const decision = decide(prepared, to, { inStep, green, blue, requests });
  return {
    gate: policy.name,
    outcome: decision.outcome,
    requests,
    pass: gate.pass,
    abort: gate.abort,
    unit: unitOfGate(gate),
    ...(gate.better === 'higher' ? { better: gate.better } : {}),
    ...(shown === undefined ? {} : { green: measured(gate, shown) }),
    ...(blue === undefined ? {} : { blue: measured(gate, blue) }),
    ...(decision.sure === undefined ? {} : { sure: decision.sure }),
    reason: decision.reason,
    ...(decision.afterHold === undefined ? {} : { afterHold: decision.afterHold }),
    ...(policy.dryRun ? { dryRun: true as const } : {}),
  };
}

interface Seen {
  /** Green's requests in the whole step, the warm-up included. */
  readonly inStep: number;
  readonly green: number | undefined;
  readonly blue: number | undefined;
  readonly requests: number;
}

function decide(prepared: Prepared, to: number, seen: Seen): Decision {
  const { gate, policy, series, comparison } = prepared;
  if (to < series.first) return { outcome: 'hold', reason: `${policy.name}: green had no traffic yet` };
  const beyond = atLimit(prepared, to);
  if (beyond !== undefined) return beyond;
  if (seen.green === undefined)
    return { outcome: 'hold', reason: `${policy.name}: no ${nounOf(gate.value.metric)} of green counted in this step` };

  const shown = textOf(gate);
  const against = seen.blue === undefined ? '' : ` against ${shown(seen.blue)} of blue`;
  const of = comparison === undefined ? '' : `, ${wholeNumber(seen.requests)} requests`;
  const what = `${nounOf(gate.value.metric)} ${shown(seen.green)}${against}${summed(gate)}${of}`;
  const sure = comparison === undefined ? undefined : Math.max(0, 1 - Math.exp(-comparison.logStrength(to)));
  const weighed = sure === undefined ? {} : { sure };
  if (comparison !== undefined && sure !== undefined) {
    const worse = `${what}; ${rarity(sure)}`;
    const isBreached = (one: ValueComparison) => one.logStrength(to) >= -Math.log(policy.alpha);
    const isFar = () => prepared.far !== undefined && isBreached(prepared.far());
    if (isBreached(comparison)) return breached(policy, sure, worse, isFar);
    const lacking = lackOfRequests(policy, seen.inStep, seen.requests);
    if (lacking !== undefined) return { outcome: 'hold', sure, reason: lacking };
    if (sure >= tooSureToPass) return { outcome: 'hold', sure, reason: worse };
  }
  const weightOfGreen = series.weight[to] ?? 0;
  const ofBlue = seen.blue ?? (weightOfGreen >= 100 ? comparison?.earlierValue : undefined);
  const allowed = Math.max(
    policy.pass,
    comparison !== undefined && ofBlue !== undefined ? policy.tolerance * ofBlue : 0,
  );
  if (seen.green > allowed) {
    return { ...weighed, outcome: 'hold', reason: `${what}, beyond the pass limit of ${shown(policy.pass)}` };
  }
  const nothingOfBlue = lackOfBlue(policy, ofBlue !== undefined, weightOfGreen);
  if (nothingOfBlue !== undefined) return { ...weighed, outcome: 'hold', reason: nothingOfBlue };
  return worseThanPast(prepared, to, what) ?? { ...weighed, outcome: 'pass', reason: what };
}

/** At 100 % nothing of blue says whether a wave hits everything: what only the past speaks against is a person's to decide. */
function worseThanPast({ gate, comparison }: Prepared, to: number, what: string): Decision | undefined {
  if (comparison?.earlierValue === undefined) return undefined;
  const sure = 1 - Math.exp(-comparison.logStrengthOfPast(to));
  if (sure < tooSureToPass || !comparison.isStillWorse(to)) return undefined;
  const earlier = textOf(gate)(comparison.earlierValue);
  const reason = `${what}, worse than the ${earlier} of the worst stretch before 100 %; no traffic of blue says whether green does it`;
  return { outcome: 'hold', sure, reason, afterHold: 'ask' };
}

/** What the abort limit says; `undefined` where it has nothing against green. */
function atLimit({ gate, policy, series, settled, comparison }: Prepared, to: number): Decision | undefined {
  const run = runBeyond(series, policy.abort, to);
  const fewest = gate.sumOver === undefined ? fewestBeyondUncounted : 1;
  const isEnough =
    comparison === undefined ? run.periods >= fewest : run.periods >= fewestBeyond && run.requests >= certainRequests;
  if (!isEnough) return undefined;
  // What is not compared has nothing else to end it: there the warm periods of a run that began cold are enough.
  const countsFrom = settled[to] ?? 0;
  const isWarm = to - run.periods + 1 >= countsFrom || (comparison === undefined && to - countsFrom + 1 >= fewest);
  if (!isWarm && !isClearlyBeyond(series, policy.abort, to, run.periods)) return undefined;
  const shown = textOf(gate);
  const green = medianBetween(series.green, to - run.periods + 1, to) ?? Number.NaN;
  const blue = valueAsBlue(series, to - run.periods + 1, to);
  const against = blue === undefined ? '' : ` against ${shown(blue)} of blue`;
  const since = gate.sumOver === undefined ? ` for ${String(run.periods)} periods` : summed(gate);
  const reason = `${nounOf(gate.value.metric)} ${shown(green)}${against}${since}, beyond the abort limit of ${shown(policy.abort)}`;
  const least = (series.weight[to] ?? 0) < 100 ? policy.abort : green;
  if (blue === undefined || blue * policy.tolerance < least || policy.whenBlueToo === 'roll-back') {
    return { outcome: 'fail', reason };
  }
  return policy.whenBlueToo === 'ignore' ? undefined : { outcome: 'hold', reason: `${reason}, but blue breaks it too` };
}

interface Run {
  readonly periods: number;
  readonly requests: number;
}

/** The newest periods in a row whose value lies beyond the limit; one without a value ends the run. */
function runBeyond({ first, green, greenRequests }: ValueSeries, limit: number, to: number): Run {
  let periods = 0;
  let requests = 0;
  for (let index = to; index >= first; index -= 1) {
    if (!((green[index] ?? Number.NaN) > limit)) break;
    periods += 1;
    requests += greenRequests[index] ?? 0;
  }
  return { periods, requests };
}

function isClearlyBeyond({ green }: ValueSeries, limit: number, to: number, periods: number): boolean {
  for (let index = to - periods + 1; index <= to; index += 1) {
    if ((green[index] ?? 0) < limit * clearlyBeyond) return false;
    if (index > to - periods + 1 && (green[index] ?? 0) < gettingBetter * (green[index - 1] ?? 0)) return false;
  }
  return true;
}

function sumBetween(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index <= to; index += 1) {
    const value = values[index] ?? 0;
    if (value > 0) sum += value;
  }
  return sum;
}

/** A turned value as its author would write it. */
function textOf(gate: ValueGate): (value: number) => string {
  const [turn, text] = [turnOf(gate), inUnit(unitOfGate(gate))];
  return (value) => text(turn(value));
}

function summed({ sumOver }: ValueGate): string {
  return sumOver === undefined ? '' : ` in ${wholeNumber(sumOver)} s`;
}
