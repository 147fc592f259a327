import type { Gate, ShareGate, ValueGate } from '../spec/gate.ts';
import { binomialUpperTail } from './binomial.ts';
import type { Datapoint, PeriodOfBoth } from './datapoint.ts';
import { percent, seconds, significant } from './evidence-text.ts';
import type { Analysis, GateJudgement } from './judgement.ts';

/** What one look at a rollout needs. The analysis keeps nothing between looks. */
export interface AnalysisInput {
  readonly gates: readonly Gate[];
  /** All periods of the rollout so far, blue's history before it included (weight 0), in order of time. */
  readonly periods: readonly PeriodOfBoth[];
  /** The step that is being baked: seconds since the epoch, percent. */
  readonly step: { readonly startedAt: number; readonly endsAt: number; readonly weight: number };
  readonly periodSeconds: number;
  /** Fewest requests of green in a step that count as evidence. */
  readonly minimumRequests: number;
}

/** How unlikely the errors must be at the abort limit before it fires. */
const abortAlpha = 0.001;
/** Fewest periods beyond the abort limit that condemn a value such as a percentile. */
const fewestPeriodsBeyond = 3;

/** Judges green by its gates, from all that is known of the rollout at this look. */
export function analyse(input: AnalysisInput): Analysis {
  const inStep = input.periods.filter((p) => p.weight > 0 && p.at >= input.step.startedAt);
  const dead = inStep.findLast((p) => p.green['healthyHosts'] !== undefined);
  const gates = input.gates.map((gate) => judge(gate, inStep, input.minimumRequests));
  if (dead?.green['healthyHosts'] === 0) {
    return { verdict: 'fail', gate: 'healthy-hosts', reason: 'green has no healthy host at all', gates };
  }
  const failing = gates.find((g) => g.outcome === 'fail');
  if (failing !== undefined) return { verdict: 'fail', gate: failing.gate, reason: failing.reason, gates };
  const holding = gates.find((g) => g.outcome === 'hold');
  if (holding !== undefined) return { verdict: 'hold', gate: holding.gate, reason: holding.reason, gates };
  return { verdict: 'pass', reason: 'every gate passes', gates };
}

function judge(gate: Gate, periods: readonly PeriodOfBoth[], minimumRequests: number): GateJudgement {
  return 'value' in gate ? judgeValue(gate, periods, minimumRequests) : judgeShare(gate, periods, minimumRequests);
}

function sumOf(points: readonly Datapoint[], bad: string, total: string): { bad: number; total: number } {
  let badSum = 0;
  let totalSum = 0;
  for (const point of points) {
    const requests = point[total];
    if (requests === undefined || requests <= 0) continue;
    totalSum += requests;
    // A missing count of bad ones in a period with requests is zero: CloudWatch publishes no zeros.
    badSum += Math.min(point[bad] ?? 0, requests);
  }
  return { bad: badSum, total: totalSum };
}

function judgeShare(gate: ShareGate, periods: readonly PeriodOfBoth[], minimumRequests: number): GateJudgement {
  const pooled = sumOf(
    periods.map((p) => p.green),
    gate.bad.metric,
    gate.total.metric,
  );
  const blue = sumOf(
    periods.map((p) => p.blue),
    gate.bad.metric,
    gate.total.metric,
  );
  const requests = pooled.total;
  const limits = { gate: gate.name, requests, pass: gate.pass, abort: gate.abort };
  if (requests === 0)
    return { ...limits, outcome: 'hold', reason: `${gate.name}: green had no ${gate.total.metric} yet` };
  const green = pooled.bad / requests;
  const chance = binomialUpperTail(pooled.bad, requests, gate.abort);
  const seen = { ...limits, green, ...(blue.total > 0 ? { blue: blue.bad / blue.total } : {}), sure: 1 - chance };
  const what = `${gate.name} ${percent(green)} of ${significant(requests)} requests`;
  if (green > gate.abort && chance <= abortAlpha) {
    return { ...seen, outcome: 'fail', reason: `${what}, beyond the abort limit of ${percent(gate.abort)}` };
  }
  if (requests < minimumRequests) {
    return { ...seen, outcome: 'hold', reason: `${what}, fewer than ${String(minimumRequests)} requests` };
  }
  if (green > gate.pass) {
    return { ...seen, outcome: 'hold', reason: `${what}, beyond the pass limit of ${percent(gate.pass)}` };
  }
  return { ...seen, outcome: 'pass', reason: `${what}, within ${percent(gate.pass)}` };
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function valuesOf(points: readonly Datapoint[], metric: string): number[] {
  return points.flatMap((point) => point[metric] ?? []);
}

/**
 * A percentile cannot be averaged over periods, so a value is the median of its periods: one odd period in either direction
 * does not decide. The abort limit fires once most of at least three periods lie beyond it.
 */
function judgeValue(gate: ValueGate, periods: readonly PeriodOfBoth[], minimumRequests: number): GateJudgement {
  const metric = gate.value.metric;
  const values = valuesOf(
    periods.map((p) => p.green),
    metric,
  );
  const blue = medianOf(
    valuesOf(
      periods.map((p) => p.blue),
      metric,
    ),
  );
  const requests = sumOf(
    periods.map((p) => p.green),
    metric,
    'requests',
  ).total;
  const limits = { gate: gate.name, requests, pass: gate.pass, abort: gate.abort };
  const green = medianOf(values);
  if (green === undefined) return { ...limits, outcome: 'hold', reason: `${gate.name}: green has no ${metric} yet` };
  const seen = { ...limits, green, ...(blue === undefined ? {} : { blue }) };
  const inUnit = metric.startsWith('latency') ? seconds : significant;
  const what = `${gate.name} ${inUnit(green)}, median of ${String(values.length)} periods`;
  const beyond = values.filter((value) => value > gate.abort).length;
  if (beyond >= fewestPeriodsBeyond && beyond * 2 > values.length) {
    return { ...seen, outcome: 'fail', reason: `${what}, beyond the abort limit of ${inUnit(gate.abort)}` };
  }
  if (requests < minimumRequests) {
    return { ...seen, outcome: 'hold', reason: `${what}, fewer than ${String(minimumRequests)} requests` };
  }
  if (green > gate.pass) {
    return { ...seen, outcome: 'hold', reason: `${what}, beyond the pass limit of ${inUnit(gate.pass)}` };
  }
  return { ...seen, outcome: 'pass', reason: `${what}, within ${inUnit(gate.pass)}` };
}
