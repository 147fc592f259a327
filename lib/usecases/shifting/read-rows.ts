import type { MetricRow, MetricSource } from '../../metrics/source.ts';
import { driverOf } from '../../drivers/registry.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { metricOfSlot } from '../../specification/metric-of-slot.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { mergedRows } from './merged-rows.ts';

/** Start of the period that a time falls into; both are seconds since the epoch. */
export function periodStart({ period }: Pick<RolloutSpec, 'period'>, seconds: number): number {
  return Math.floor(seconds / period) * period;
}

/** End of the newest period that counts as settled, seconds since the epoch. */
export function settledUntil(spec: Pick<RolloutSpec, 'period' | 'lag'>, now: Date): number {
  return periodStart(spec, now.getTime() / 1000 - spec.lag);
}

/**
 * What both slots showed between two times, in one question for each pair of target groups. The times are seconds since the
 * epoch and multiples of the period.
 * @throws Error where one of the questions fails
 */
export async function readRows(
  state: Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>,
  metrics: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  source: MetricSource,
): Promise<readonly MetricRow[]> {
  const { spec } = state;
  const custom = Object.fromEntries(
    Object.entries(spec.metrics)
      .filter(([name]) => metrics.includes(name))
      .map(([name, metric]) => [
        name,
        { blue: metricOfSlot(spec, state.blue, metric), green: metricOfSlot(spec, state.green, metric) },
      ]),
  );
  const byPair = await Promise.all(
    driverOf(spec)
      .measuredPairs(state)
      .map((pair) =>
        source.read({
          ...pair,
          metrics,
          slow: spec.slow,
          custom,
          from,
          to,
          period: spec.period,
        }),
      ),
  );
  return mergedRows(byPair);
}
