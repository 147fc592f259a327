import { metricsOfGate, type SpecGate } from '../specification/gate.ts';
import type { Datapoint, PeriodOfBoth } from './datapoint.ts';
import type { GateJudge, StepSlice } from './judgement.ts';
import { isCount } from './share-series.ts';

/** How long a period is, and how long what clumps, warm-ups and percentiles are judged by: a minute by default. */
export interface Pace {
  readonly periodSeconds: number;
  readonly minuteSeconds: number;
}

/** Returns how many periods so many minutes are; at least one. */
export function periodsIn(minutes: number, { periodSeconds, minuteSeconds }: Pace): number {
  return Math.max(1, Math.round((minutes * minuteSeconds) / periodSeconds));
}

/** Periods shorter than a minute, gathered into minutes. */
export interface ByMinute {
  readonly periods: readonly PeriodOfBoth[];
  /** Index of the minute that each of the shorter periods lies in. */
  readonly minuteOf: Int32Array;
  /** Index of the newest minute that is over at the end of each of the shorter periods; -1 before the first. */
  readonly overAt: Int32Array;
}

/**
 * Gathers what a gate reads into minutes; periods of a minute and more stay as they are. A minute in which green's weight
 * changed becomes two. What is known of a minute never depends on later ones.
 *
 * Counts are added up, each period with all of its counts or not at all. Percentiles cannot be added up: of them the median counts.
 */
export function byMinute(
  gate: SpecGate,
  periods: readonly PeriodOfBoth[],
  { periodSeconds, minuteSeconds }: Pace,
): ByMinute {
  const each = Int32Array.from(periods, (_, index) => index);
  if (periodSeconds >= minuteSeconds) return { periods, minuteOf: each, overAt: each };
  const [minuteOf, overAt] = [new Int32Array(periods.length), new Int32Array(periods.length)];
  const groups: PeriodOfBoth[][] = [];
  for (const [index, period] of periods.entries()) {
    const group = groups.at(-1);
    const isSame = group?.[0] !== undefined && isSameMinute(group[0], period, minuteSeconds);
    if (isSame) group.push(period);
    else groups.push([period]);
    minuteOf[index] = groups.length - 1;
    const isOver = (period.at + periodSeconds) % minuteSeconds === 0;
    overAt[index] = isOver ? groups.length - 1 : groups.length - 2;
  }
  const gather = gathererOf(gate);
  return { periods: groups.flatMap((group) => oneOf(group, gather)), minuteOf, overAt };
}

/** A gate that is judged by the minute, looked at after each of the shorter periods. */
export function evaluatedByMinute(judge: GateJudge, { periods, minuteOf, overAt }: ByMinute): GateJudge {
  return {
    look: ({ from, to }: StepSlice, isDetailed) => {
      const [begin, end] = [minuteOf[from] ?? periods.length, overAt[to] ?? -1];
      // Before the first minute of a step is over, the one before it says nothing about the step.
      const isAtOneWeight = periods[begin]?.weight === periods[end]?.weight;
      return judge.look({ from: isAtOneWeight ? Math.min(begin, end) : begin, to: end }, isDetailed);
    },
  };
}

function isSameMinute(one: PeriodOfBoth, other: PeriodOfBoth, minuteSeconds: number): boolean {
  return Math.floor(one.at / minuteSeconds) === Math.floor(other.at / minuteSeconds) && one.weight === other.weight;
}

type Gather = (points: readonly Datapoint[]) => Datapoint;

function oneOf(group: readonly PeriodOfBoth[], gather: Gather): readonly PeriodOfBoth[] {
  const [first] = group;
  if (first === undefined) return [];
  const blue = gather(group.map((period) => period.blue));
  return [{ at: first.at, weight: first.weight, blue, green: gather(group.map((period) => period.green)) }];
}

function gathererOf(gate: SpecGate): Gather {
  if (!('value' in gate)) return (points) => sumOf(points, metricsOfGate(gate), gate.total.metric);
  return (points) => {
    const values = points.flatMap((point) => point[gate.value.metric] ?? []).filter(isCount);
    const middle = medianOf(values);
    return {
      ...sumOf(points, ['requests'], 'requests'),
      ...(middle === undefined ? {} : { [gate.value.metric]: middle }),
    };
  };
}

/** A period without requests has no bad ones; one with requests whose bad ones are not known says nothing. */
function sumOf(points: readonly Datapoint[], metrics: readonly string[], total: string): Datapoint {
  const sum: Record<string, number> = {};
  for (const point of points) {
    const isKnown = point[total] === 0 || metrics.every((metric) => isCount(point[metric]));
    if (!isKnown) continue;
    for (const metric of metrics) sum[metric] = (sum[metric] ?? 0) + (point[metric] ?? 0);
  }
  return sum;
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
