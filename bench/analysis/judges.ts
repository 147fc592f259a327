import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { AnalysisInput } from '../../lib/analysis/analyse.ts';
import { replay } from '../../lib/analysis/replay.ts';
import { isHigh } from './mann-whitney.ts';

/** What a judge decided of one rollout. */
export interface Decision {
  /** Minute of the rollout whose datapoint rolled it back; absent where nothing did. */
  readonly rolledBackAt?: number;
  /** The rollout waits for evidence or a person. */
  readonly isHeld?: boolean;
}

export type Judge = (periods: readonly PeriodOfBoth[]) => Decision;

/** Sluice's own gates, as a spec has them. */
export function sluice(input: Omit<AnalysisInput, 'step' | 'periods'>): Judge {
  return (periods) => {
    const { decision, index } = replay({ ...input, periods });
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

/** A fixed limit that is broken in one minute: errors beyond 1 % or a 95th percentile beyond 2 s. */
function breaks(period: PeriodOfBoth): boolean {
  return (rateOfErrors(period.green) ?? 0) > 0.01 || (percentile(period.green) ?? 0) > 2;
}

function minutesOf(periods: readonly PeriodOfBoth[]): readonly PeriodOfBoth[] {
  return periods.filter((p) => p.weight > 0);
}

/** Argo Rollouts: more failed measurements than `failureLimit`, anywhere in the rollout. Flagger's threshold is one more. */
export function failureLimit(limit: number): Judge {
  return (periods) => {
    let failures = 0;
    for (const period of minutesOf(periods)) {
      if (breaks(period)) failures += 1;
      if (failures > limit) return { rolledBackAt: period.at / 60 };
    }
    return {};
  };
}

/** A CloudWatch alarm with as many datapoints to alarm as evaluation periods. */
export function inARow(count: number): Judge {
  return (periods) => {
    let run = 0;
    for (const period of minutesOf(periods)) {
      run = breaks(period) ? run + 1 : 0;
      if (run >= count) return { rolledBackAt: period.at / 60 };
    }
    return {};
  };
}

/** Kayenta's classifier on the last 15 minutes, each 15 minutes, for errors, slow requests and the percentile. */
export const mannWhitney: Judge = (periods) => {
  const minutes = minutesOf(periods);
  const last = (minutes.at(-1)?.at ?? 0) / 60;
  for (let end = 15; end <= last + 1; end += 15) {
    const window = minutes.filter(({ at }) => at >= (end - 15) * 60 && at < end * 60);
    for (const metric of [rateOfErrors, rateOfSlow, percentile]) {
      const control = window.flatMap((p) => metric(p.blue) ?? []);
      const experiment = window.flatMap((p) => metric(p.green) ?? []);
      if (isHigh(control, experiment)) return { rolledBackAt: end - 1 };
    }
  }
  return {};
};
