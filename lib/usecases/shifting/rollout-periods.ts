import type { PeriodOfBoth } from '../../analysis/datapoint.ts';
import type { MetricSource } from '../../metrics/source.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { metricsOfGate } from '../../specification/gate.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { periodStart, readRowsSaying, settledUntil } from './read-rows.ts';

/** Every series that the gates read, and what each evaluation needs besides. Each costs, at each evaluation. */
export function metricsOf({ gates }: RolloutSpec): readonly string[] {
  return [...new Set(['requests', ...gates.flatMap((gate) => metricsOfGate(gate))])];
}

/** What is known of a rollout at one evaluation. */
export interface KnownPeriods {
  /** Both slots' settled periods in order of time, each with green's weight; blue's past before the rollout has weight 0. */
  readonly periods: readonly PeriodOfBoth[];
  /** End of the newest period that counts as settled, seconds since the epoch. */
  readonly settledUntil: number;
  /** Why some of the metrics are not among them; absent where all could be read. */
  readonly unread?: string;
}

/**
 * Reads the whole rollout and blue's past before it, in one question for each pair of target groups. A period in which the
 * weight changed is left out: its requests belong to neither.
 */
export async function knownPeriods(
  state: RolloutState,
  metrics: readonly string[],
  now: Date,
  source: MetricSource,
): Promise<KnownPeriods> {
  const { spec, shifts } = state;
  const until = settledUntil(spec, now);
  const from = periodStart(spec, Date.parse(state.openedAt) / 1000 - spec.analysis.history);
  if (pairsInUse(state).length === 0)
    throw new Error(`Rollout ${state.rolloutId} has no rule that forwards to its slots.`);
  const { rows, unread } = await readRowsSaying(state, metrics, { from, to: until }, source);
  const periods = rows
    .filter(({ at }) => at + spec.period <= until)
    .flatMap((row): readonly PeriodOfBoth[] => {
      const weight = steadyWeight(shifts, row.at, row.at + spec.period);
      if (weight === undefined) return [];
      // What green's slot showed before it got traffic says nothing about the image that it runs now.
      return [{ at: row.at, weight, blue: row.blue, green: weight === 0 ? {} : row.green }];
    });
  return { periods, settledUntil: until, ...(unread !== undefined && { unread }) };
}

/** Whether a whole period in which green had one weight has settled since the evaluation that was recorded last. */
export function hasNews({ spec, shifts, recordedUntil }: RolloutState, now: Date): boolean {
  const first = shifts.find(({ weight }) => weight > 0);
  if (first === undefined) return false;
  const until = settledUntil(spec, now);
  const from = Math.max(periodStart(spec, Date.parse(first.at) / 1000), recordedUntil ?? 0);
  for (let at = from; at + spec.period <= until; at += spec.period) {
    if ((steadyWeight(shifts, at, at + spec.period) ?? 0) > 0) return true;
  }
  return false;
}

/** Green's weight over a whole period, both ends in seconds; `undefined` where it changed within. */
function steadyWeight(shifts: RolloutState['shifts'], start: number, end: number): number | undefined {
  let weight = 0;
  for (const shift of shifts) {
    const at = Date.parse(shift.at) / 1000;
    if (at >= end) break;
    if (at > start) return undefined;
    weight = shift.weight;
  }
  return weight;
}
