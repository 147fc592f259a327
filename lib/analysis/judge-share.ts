import type { ShareGate, SuccessGate } from '../specification/gate.ts';
import { binomialUpperTail } from './binomial.ts';
import { shareAsBlue } from './blue-at-limit.ts';
import { byMinute, periodsIn } from './by-minute.ts';
import { discountsOf } from './clumping.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import { turnOf } from './direction.ts';
import { discountSchedule } from './discount-schedule.ts';
import { expectedOfShare } from './expected.ts';
import { nounOf, percent, rarity, wholeNumber } from './strength-text.ts';
import { beyondClients, breached, type GatePolicy, policyByMinute, lackOfBlue, lackOfRequests } from './gate-policy.ts';
import type { GateJudge, GateJudgement, Outcome, StepSlice } from './judgement.ts';
import { type LimitStrength, limitStrength } from './limit-strength.ts';
import { compareWithPast, type PastComparison } from './past-comparison.ts';
import { type Pooled, pool, shareOf } from './pooled-share.ts';
import { compareShares, type ShareComparison } from './share-comparison.ts';
import { type ShareSeries, shareSeries } from './share-series.ts';
import { whatItTakes } from './what-it-takes.ts';

/** Part of a gate's alpha that its abort limit may spend; the rest is the comparison's. */
const alphaOfLimit = 0.1;
/** A step does not end while it is this sure that green is worse than tolerated. */
const tooSureToPass = 0.95;
/** A share is beyond its pass limit where chance explains it with less than this. */
const chanceAtPass = 0.05;
/** Minutes that say how green is doing now. */
const recentMinutes = 3;

interface Prepared {
  readonly gate: ShareGate | SuccessGate;
  readonly policy: GatePolicy;
  readonly series: ShareSeries;
  /** Index, for each period, of the first one at its weight that counts. */
  readonly settled: Int32Array;
  readonly comparison: ShareComparison;
  /** The comparison with what clients that stay on one side may do at most; absent where that is not known, or nothing. */
  readonly far: (() => ShareComparison) | undefined;
  /** By the minute. */
  readonly past: PastComparison;
  readonly minuteAt: (index: number) => number;
  readonly limit: LimitStrength;
  readonly discountOfLargest: (index: number) => number;
}

/** Judges a share of bad responses, or of successes: against its limits, and against blue in the same periods. */
export function shareJudge(
  gate: ShareGate | SuccessGate,
  periods: readonly PeriodOfBoth[],
  policy: GatePolicy,
): GateJudge {
  const series = shareSeries(gate, periods);
  const expected = expectedOfShare(series, policy);
  const { settled } = expected;
  // How errors clump shows by the minute, however short the periods are.
  const gathered = byMinute(gate, periods, policy);
  const minutes = { series: gathered.periods === periods ? series : shareSeries(gate, gathered.periods), ...gathered };
  const byMinutes = discountSchedule(minutes.series.first, (last) => discountsOf(minutes.series, last, policy));
  const discounts = (index: number) => byMinutes(minutes.overAt[index] ?? -1);
  const far = beyondClients(policy);
  const prepared: Prepared = {
    gate,
    policy,
    series,
    settled,
    comparison: compareShares(series, policy, expected, discounts, minutes),
    far: far && (() => compareShares(series, far, expectedOfShare(series, far), discounts, minutes)),
    past: compareWithPast(
      minutes.series,
      policyByMinute(policy),
      expectedOfShare(minutes.series, policy).settled,
      byMinutes,
    ),
    minuteAt: (index) => minutes.overAt[index] ?? -1,
    limit: limitStrength(series, policy, settled, discounts),
    discountOfLargest: (index) => discounts(index).at(-1) ?? 1,
  };
  return { look: (step, isDetailed) => lookAt(prepared, step, isDetailed) };
}

function lookAt(prepared: Prepared, { from, to }: StepSlice, isDetailed: boolean): GateJudgement {
  const { gate, policy, series, settled } = prepared;
  const turn = turnOf(gate);
  const greenAll = pool(series.greenTotal, series.greenBad, from, to);
  const counted = Math.max(from, settled[to] ?? from);
  const green = pool(series.greenTotal, series.greenBad, counted, to);
  const blue = pool(series.blueTotal, series.blueBad, counted, to);
  const shown = shareOf(green) ?? shareOf(greenAll);
  const ofBlue = shareOf(blue);
  const base = {
    gate: policy.name,
    requests: green.total,
    pass: gate.pass,
    abort: gate.abort,
    unit: 'share' as const,
    ...('good' in gate ? { better: 'higher' as const } : {}),
    ...(shown === undefined ? {} : { green: turn(shown) }),
    ...(ofBlue === undefined ? {} : { blue: turn(ofBlue) }),
    ...(policy.dryRun ? { dryRun: true as const } : {}),
  };
  const needs = isDetailed && policy.compare ? needsOf(prepared, to) : undefined;
  const verdict = decide(prepared, to, { inStep: greenAll.total, green, blue });
  return {
    ...base,
    outcome: verdict.outcome,
    ...(verdict.sure === undefined ? {} : { sure: verdict.sure }),
    reason: verdict.reason,
    ...(verdict.afterHold === undefined ? {} : { afterHold: verdict.afterHold }),
    ...(needs === undefined ? {} : { needs }),
  };
}

/** What it would take to decide against green; `undefined` where it is decided. */
function needsOf({ gate, policy, series, comparison }: Prepared, index: number): string | undefined {
  const threshold = thresholdOf(policy);
  if (index < series.first || comparison.logStrength(index) >= threshold) return undefined;
  const latest = {
    greenTotal: series.greenTotal[index] ?? 0,
    blueTotal: series.blueTotal[index] ?? 0,
    blueBad: series.blueBad[index] ?? 0,
  };
  return whatItTakes(
    comparison.rates,
    {
      index,
      threshold: comparison.aloneFor(threshold),
      tolerance: policy.tolerance,
      pace: policy,
      metric: 'good' in gate ? `failures (${nounOf(gate.good.metric)})` : nounOf(gate.bad.metric),
    },
    latest,
  );
}

function isBreached(comparison: ShareComparison, policy: GatePolicy, to: number): boolean {
  return policy.compare && comparison.logStrength(to) >= thresholdOf(policy) && comparison.isCorroborated(to);
}

/** Logarithm of the evidence at which the comparison decides. */
function thresholdOf({ alpha }: GatePolicy): number {
  return -Math.log(alpha * (1 - alphaOfLimit));
}

interface Seen {
  /** Green's requests in the whole step, the warm-up included. */
  readonly inStep: number;
  readonly green: Pooled;
  readonly blue: Pooled;
}

interface Decision {
  readonly outcome: Outcome;
  readonly sure?: number;
  readonly reason: string;
  readonly afterHold?: 'ask';
}

function decide(prepared: Prepared, to: number, { inStep, green, blue }: Seen): Decision {
  const { policy, series, comparison, past } = prepared;
  if (to < series.first) return { outcome: 'hold', reason: `${policy.name}: green had no traffic yet` };
  const limit = atLimit(prepared, to);
  if (limit !== undefined) return limit;

  const logStrength = policy.compare ? comparison.logStrength(to) : 0;
  const sure = Math.max(0, 1 - Math.exp(-logStrength));
  const what = sentence(prepared.gate, green, blue);
  if (isBreached(comparison, policy, to)) {
    const isFar = () => prepared.far !== undefined && isBreached(prepared.far(), policy, to);
    return breached(policy, sure, `${what}; ${rarity(sure)}`, isFar);
  }
  const lacking = lackOfRequests(policy, inStep, green.total)?.replace(
    / requests in/,
    ` ${nounOf(prepared.gate.total.metric)} in`,
  );
  if (lacking !== undefined) return { outcome: 'hold', sure, reason: lacking };
  if (sure >= tooSureToPass) return { outcome: 'hold', sure, reason: `${what}; ${rarity(sure)}` };

  const weightOfGreen = series.weight[to] ?? 0;
  const ofBlue = shareOf(blue) ?? (weightOfGreen >= 100 ? past.rate : undefined);
  const allowed = Math.max(policy.pass, policy.compare && ofBlue !== undefined ? policy.tolerance * ofBlue : 0);
  const share = shareOf(green) ?? 0;
  const weight = prepared.discountOfLargest(to);
  if (share > allowed && binomialUpperTail(green.bad * weight, green.total * weight, allowed) < chanceAtPass) {
    return { outcome: 'hold', sure, reason: `${what}, beyond the pass limit of ${percent(prepared.gate.pass)}` };
  }
  const nothingOfBlue = lackOfBlue(policy, ofBlue !== undefined, weightOfGreen);
  if (nothingOfBlue !== undefined) return { outcome: 'hold', sure, reason: nothingOfBlue };
  return worseThanPast(prepared, to, what) ?? { outcome: 'pass', sure, reason: what };
}

/** At 100 % nothing of blue says whether a wave hits everything: what only the past speaks against is a person's to decide. */
function worseThanPast({ gate, policy, past, minuteAt }: Prepared, to: number, what: string): Decision | undefined {
  if (!policy.compare || past.rate === undefined) return undefined;
  const minute = minuteAt(to);
  const sure = 1 - Math.exp(-past.logStrength(minute));
  if (sure < tooSureToPass || !past.isStillWorse(minute)) return undefined;
  const earlier = percent(turnOf(gate)(past.rate));
  const reason = `${what}, worse than the ${earlier} of the worst stretch before 100 %; no traffic of blue says whether green does it`;
  return { outcome: 'hold', sure, reason, afterHold: 'ask' };
}

/** What the abort limit says; `undefined` where it has nothing against green. */
function atLimit({ gate, policy, series, limit }: Prepared, to: number): Decision | undefined {
  const logStrength = limit.logStrength(to);
  if (logStrength < -Math.log(policy.alpha * alphaOfLimit)) return undefined;
  if (!limit.isCertain(to) && !limit.isCorroborated(to)) return undefined;
  const from = limit.beginning(to);
  const green = pool(series.greenTotal, series.greenBad, from, to);
  const blue = pool(series.blueTotal, series.blueBad, from, to);
  const asBlue = shareAsBlue(series, from, to);
  const sure = 1 - Math.exp(-logStrength);
  const reason = `${sentence(gate, green, blue)}, beyond the abort limit of ${percent(gate.abort)}; ${rarity(sure, 'a version within it')}`;
  const tolerated = (asBlue ?? 0) * policy.tolerance;
  const isWithBlue = (series.weight[to] ?? 0) < 100;
  const isBlueToo = (isWithBlue && tolerated >= policy.abort) || tolerated >= (shareOf(green) ?? 1);
  if (!isBlueToo || policy.whenBlueToo === 'roll-back') return { outcome: 'fail', sure, reason };
  if (policy.whenBlueToo === 'ignore') return undefined;
  const now = pool(
    series.greenTotal,
    series.greenBad,
    Math.max(series.first, to - periodsIn(recentMinutes, policy) + 1),
    to,
  );
  if ((shareOf(now) ?? 0) <= policy.abort) return undefined;
  return { outcome: 'hold', sure, reason: `${reason}, but blue breaks it too` };
}

/** `errors 2.9 % against 0.2 % of blue, 412 requests`. */
function sentence(gate: ShareGate | SuccessGate, green: Pooled, blue: Pooled): string {
  const noun = nounOf('good' in gate ? gate.good.metric : gate.bad.metric);
  const turn = turnOf(gate);
  const share = shareOf(green);
  if (share === undefined) return `${noun} unknown`;
  const ofBlue = shareOf(blue);
  const against = ofBlue === undefined ? '' : ` against ${percent(turn(ofBlue))} of blue`;
  return `${noun} ${percent(turn(share))}${against}, ${wholeNumber(green.total)} ${nounOf(gate.total.metric)}`;
}
