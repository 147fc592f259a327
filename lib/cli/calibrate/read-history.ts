import type { RowOfBoth } from '../../calibration/own-minutes.ts';
import { forwardTo } from '../../drivers/rules/routing.ts';
import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { MetricSource } from '../../metrics/source.ts';
import { metricsPerEvaluation, seriesPerEvaluation } from '../../report/series-per-evaluation.ts';
import { prices } from '../../rollout/list-prices.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { readRows, settledUntil } from '../../usecases/shifting/read-rows.ts';
import { metricsOf } from '../../usecases/shifting/rollout-periods.ts';
import { balancerOf } from '../alarms/balancer-of.ts';

/** CloudWatch keeps datapoints of a minute for 15 days, and shorter ones for three hours. */
export const mostDays = 15;
const shortestPeriod = 60;
/** Most datapoints of one answer of GetMetricData; what is more comes in pages, which are paid for again. */
const mostDatapoints = 100_800;
const day = 86_400;

/** What is asked for, and what it costs. */
export interface HistoryQuestion {
  /** Start and end in seconds since the epoch, multiples of the period. */
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
  /** Length of the time that one call asks for, in seconds. */
  readonly chunkSeconds: number;
  readonly calls: number;
  readonly series: number;
  /** At list price. */
  readonly dollars: number;
}

/** Returns what is asked for the last days of a service. */
export function historyQuestion(spec: RolloutSpec, days: number, now: Date): HistoryQuestion {
  const periodSeconds = Math.max(shortestPeriod, spec.period);
  const series = seriesPerEvaluation(spec);
  const to = settledUntil({ lag: spec.lag, period: periodSeconds }, now);
  const from = Math.ceil((to - days * day) / periodSeconds) * periodSeconds;
  // One period more is asked for in each call.
  const most = Math.floor(mostDatapoints / series - 1) * periodSeconds;
  const chunkSeconds = Math.max(periodSeconds, Math.min(most, Math.floor(day / periodSeconds) * periodSeconds));
  const calls = Math.ceil((to - from) / chunkSeconds);
  return {
    from,
    to,
    periodSeconds,
    chunkSeconds,
    calls,
    series,
    dollars: calls * metricsPerEvaluation(spec) * prices.metric,
  };
}

/**
 * Reads what both slots did in the last days, in one call a day, as the gates of a rollout would read it.
 * @throws Error where a call fails, or where the traffic comes through several load balancers
 */
export async function readHistory(
  spec: RolloutSpec,
  { from, to, periodSeconds, chunkSeconds }: HistoryQuestion,
  source: MetricSource,
  progress: (what: string) => void,
): Promise<readonly RowOfBoth[]> {
  const state = measuredState({ ...spec, period: periodSeconds });
  const rows: RowOfBoth[] = [];
  for (let start = from; start < to; start += chunkSeconds) {
    progress(`metrics from ${new Date(start * 1000).toISOString()} on`);
    const times = { from: start, to: Math.min(to, start + chunkSeconds) };
    rows.push(...(await readRows(state, metricsOf(spec), times, source)));
  }
  return rows;
}

/** No rollout is under way, so which slot is called blue does not matter; a load balancer is known by any of its rules. */
function measuredState(spec: RolloutSpec): Parameters<typeof readRows>[0] {
  balancerOf(spec);
  const layout = layoutOf(spec);
  const [target] = trafficOf(spec);
  if (target === undefined) throw new Error(`The spec of ${spec.service} names no traffic.`);
  const [kind, arn] = 'rule' in target ? (['rule', target.rule] as const) : (['listener', target.listener] as const);
  const restorePlan = layout.groupsOf('a').map((group) => ({
    kind,
    arn,
    actions: [forwardTo(group)],
  }));
  return { spec, blue: 'a', green: 'b', restorePlan };
}
