import { IncompleteMetrics, type MetricQuestion, type MetricRow, type MetricSource } from '../../metrics/source.ts';
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
  state: Measured,
  metrics: readonly string[],
  times: Times,
  source: MetricSource,
): Promise<readonly MetricRow[]> {
  const { rows, unread } = await readRowsSaying(state, metrics, times, source);
  if (unread !== undefined) throw new Error(unread);
  return rows;
}

type Measured = Pick<RolloutState, 'spec' | 'blue' | 'green' | 'restorePlan'>;

interface Times {
  readonly from: number;
  readonly to: number;
}

/** The same, with what could be read where the source of a part of the metrics fails, and why it did. */
export async function readRowsSaying(
  state: Measured,
  metrics: readonly string[],
  times: Times,
  source: MetricSource,
): Promise<{ readonly rows: readonly MetricRow[]; readonly unread: string | undefined }> {
  const { spec } = state;
  const custom = Object.entries(spec.metrics)
    .filter(([name]) => metrics.includes(name))
    .map(([name, metric]): readonly [string, OfBoth] => [
      name,
      { blue: metricOfSlot(spec, state.blue, metric), green: metricOfSlot(spec, state.green, metric) },
    ]);
  const byPair = await Promise.all(
    driverOf(spec)
      .measuredPairs(state)
      .map((pair, index) => {
        // Queries name no target groups: the first question has them all.
        const asked = custom.filter(([, { blue }]) => index === 0 || blue.provider === 'cloudwatch');
        const left = new Set(custom.filter((one) => !asked.includes(one)).map(([name]) => name));
        return whatCanBeRead(source, {
          ...pair,
          metrics: metrics.filter((name) => !left.has(name)),
          slow: spec.slow,
          custom: Object.fromEntries(asked),
          ...times,
          period: spec.period,
        });
      }),
  );
  return {
    rows: mergedRows(byPair.map(({ rows }) => rows)),
    unread: byPair.find(({ unread }) => unread !== undefined)?.unread,
  };
}

type OfBoth = NonNullable<MetricQuestion['custom']>[string];

async function whatCanBeRead(source: MetricSource, question: MetricQuestion) {
  try {
    return { rows: await source.read(question), unread: undefined };
  } catch (error) {
    if (error instanceof IncompleteMetrics) return { rows: error.rows, unread: error.message };
    throw error;
  }
}
