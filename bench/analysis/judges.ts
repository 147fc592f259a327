import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { type AnalysisInput, type RolloutJudge, rolloutJudge } from '../../lib/analysis/analyse.ts';
import { replay } from '../../lib/analysis/replay.ts';
import { isHigh } from './mann-whitney.ts';
import type { Seen } from './publication.ts';
import type { Schedule } from './schedule.ts';
import type { TrueShares } from './traffic.ts';

/** What a judge decided of one rollout. */
export interface Decision {
  /** Minute of the rollout whose datapoint rolled it back; absent where nothing did. */
  readonly rolledBackAt?: number;
  /** The rollout waits for evidence or a person. */
  readonly isHeld?: boolean;
}

/** What the oracle knows and a real judge cannot: the steps, and the true shares of both slots, by the second at which a minute starts. */
export interface Truth {
  readonly schedule: Schedule;
  readonly shares: ReadonlyMap<number, TrueShares>;
}

export type Judge = (seen: Seen, truth?: Truth) => Decision;

/** Sluice's own gates, as a spec has them; minutes that were revised are judged anew, as a live rollout does. */
export function sluice(input: Omit<AnalysisInput, 'step' | 'periods'>): Judge {
  return ({ periods, readAt }) => {
    const judges = new Map<readonly PeriodOfBoth[], RolloutJudge>();
    const judgeAt = (index: number): RolloutJudge => {
      const read = readAt(index);
      const judge = judges.get(read) ?? rolloutJudge({ ...input, periods: read });
      judges.set(read, judge);
      return judge;
    };
    const { decision, index } = replay({ ...input, periods }, judgeAt);
    if (decision === 'roll-back') return { rolledBackAt: (periods[index ?? 0]?.at ?? 0) / 60 };
    return { isHeld: decision === 'hold' };
  };
}

const share = (point: Datapoint, bad: string): number | undefined => {
  const requests = point['requests'];
  const count = point[bad];
  return requests === undefined || count === undefined || requests === 0 ? undefined : count / requests;
};

const rateOfErrors = (point: Datapoint) => share(point, 'errors');
const rateOfSlow = (point: Datapoint) => share(point, 'slow');
const percentile = (point: Datapoint) => point['latencyP95'];

/** The two fixed limits that the peers watch: errors beyond 1 %, a 95th percentile beyond 2 s. */
const limits: readonly ((point: Datapoint) => boolean)[] = [
  (point) => (rateOfErrors(point) ?? 0) > 0.01,
  (point) => (percentile(point) ?? 0) > 2,
];

function minutesOf(periods: readonly PeriodOfBoth[]): readonly PeriodOfBoth[] {
  return periods.filter((p) => p.weight > 0);
}

/**
 * Argo Rollouts, one measurement a minute: a metric with more failed measurements than `failureLimit` (0 by default), anywhere in the rollout, fails
 * the analysis (argoproj/argo-rollouts, analysis/analysis.go, assessMetricFailureInconclusiveOrError).
 */
export function argo(failureLimit: number): Judge {
  return ({ firstRead }) => {
    const failures = limits.map(() => 0);
    for (const { at, green } of minutesOf(firstRead)) {
      for (const [metric, isBroken] of limits.entries()) {
        if (isBroken(green)) failures[metric] = (failures[metric] ?? 0) + 1;
      }
      if (failures.some((count) => count > failureLimit)) return { rolledBackAt: at / 60 };
    }
    return {};
  };
}

/**
 * Flagger, an interval of one minute: a check fails where any metric is out of its range, `threshold` failed checks (never reset while the
 * canary goes on) roll back, one interval after the last of them (fluxcd/flagger, pkg/controller/scheduler.go). That a failed check also keeps the
 * weight where it is has no counterpart here: all judges see the same steps.
 */
export function flagger(threshold: number): Judge {
  return ({ firstRead }) => {
    let failures = 0;
    for (const { at, green } of minutesOf(firstRead)) {
      if (failures >= threshold) return { rolledBackAt: at / 60 };
      if (limits.some((isBroken) => isBroken(green))) failures += 1;
    }
    return {};
  };
}

/** CloudWatch alarms of a deployment, one a metric, with as many datapoints to alarm as evaluation periods; a missing datapoint changes nothing. */
export function alarms(count: number): Judge {
  return ({ firstRead }) => {
    const inARow = limits.map(() => 0);
    for (const { at, green } of minutesOf(firstRead)) {
      if (green['requests'] === undefined) continue;
      for (const [metric, isBroken] of limits.entries())
        inARow[metric] = isBroken(green) ? (inARow[metric] ?? 0) + 1 : 0;
      if (inARow.some((length) => length >= count)) return { rolledBackAt: at / 60 };
    }
    return {};
  };
}

/**
 * Kayenta's judge on the last 15 minutes, each 15 minutes, for errors, slow requests and the percentile in one group: one of three metrics classified
 * as high leaves a score of 66.7, below the usual marginal threshold of 75 (spinnaker/kayenta, NetflixACAJudge, WeightedSumScorer).
 */
export const mannWhitney: Judge = ({ periods, readAt }) => {
  const minutes = minutesOf(periods);
  const last = (minutes.at(-1)?.at ?? 0) / 60;
  for (let end = 15; end <= last + 1; end += 15) {
    const newest = periods.findLastIndex(({ at }) => at < end * 60);
    const window = minutesOf(readAt(newest)).filter(({ at }) => at >= (end - 15) * 60 && at < end * 60);
    for (const metric of [rateOfErrors, rateOfSlow, percentile]) {
      const control = window.flatMap((p) => metric(p.blue) ?? []);
      const experiment = window.flatMap((p) => metric(p.green) ?? []);
      if (isHigh(control, experiment)) return { rolledBackAt: end - 1 };
    }
  }
  return {};
};
