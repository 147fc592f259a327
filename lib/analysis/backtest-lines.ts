import { type SpecGate, metricsOfGate } from '../specification/gate.ts';
import { ownMetrics } from '../specification/metric.ts';
import { describeValue, plainMessage } from '../specification/text/plain-text.ts';
import type { Datapoint, PeriodOfBoth } from './datapoint.ts';
import { isCount } from './share-series.ts';

/** The minutes of one recorded rollout, oldest first; `at` is in seconds from its start, negative in blue's history. */
export interface RecordedRollout {
  readonly rollout: string;
  readonly periods: readonly PeriodOfBoth[];
}

/** Seconds of a recorded period. */
export const recordedPeriodSeconds = 60;

export interface BacktestReader {
  /** Takes the next line; returns what is wrong with it and what is expected, or `undefined`. */
  take(line: string): string | undefined;
  /** The rollouts so far, in the order in which they first appeared. */
  rollouts(): readonly RecordedRollout[];
}

/** A count and what it can never exceed, with the names of both. */
type Part = readonly [bad: string, total: string];

/** What a line is read for. */
interface Reading {
  readonly parts: readonly Part[];
  /** Other keys of a slot are left alone, whatever they hold. */
  readonly metrics: ReadonlySet<string>;
}

/**
 * Reads the lines of a backtest: one JSON object a minute, rollouts may be mixed but each one's minutes must rise. Counts
 * that cannot be true are refused, so that no figure is drawn from them.
 */
export function backtestReader(gates: readonly SpecGate[]): BacktestReader {
  const parts: readonly Part[] = [
    ['errors', 'requests'],
    ['slow', 'requests'],
    ['answered', 'requests'],
    ...gates.flatMap((gate): Part[] => {
      const [part, total] = metricsOfGate(gate);
      return part === undefined || total === undefined ? [] : [[part, total]];
    }),
  ];
  const reading = {
    parts,
    metrics: new Set([...Object.keys(ownMetrics), ...gates.flatMap((gate) => metricsOfGate(gate))]),
  };
  const byName = new Map<string, PeriodOfBoth[]>();
  return {
    take: (line) => {
      const read = readLine(line, reading);
      if ('problem' in read) return read.problem;
      const periods = byName.get(read.rollout) ?? [];
      const problem = misplaced(read.period, periods.at(-1));
      if (problem !== undefined) return problem;
      periods.push(read.period);
      byName.set(read.rollout, periods);
      return undefined;
    },
    rollouts: () => [...byName].map(([rollout, periods]) => ({ rollout, periods })),
  };
}

/** The line of one recorded period: what `backtestReader` takes. */
export function backtestLine(rollout: string, minute: number, { weight, blue, green }: PeriodOfBoth): string {
  return JSON.stringify({ rollout, minute, weight, blue, green });
}

type ReadLine = { readonly problem: string } | { readonly rollout: string; readonly period: PeriodOfBoth };

function readLine(line: string, reading: Reading): ReadLine {
  const parsed = parseObject(line);
  if (typeof parsed === 'string') return { problem: parsed };
  const { rollout, minute, weight } = parsed;
  if (typeof rollout !== 'string' || rollout === '')
    return { problem: 'rollout is missing, expected a name in quotes' };
  if (typeof minute !== 'number' || !Number.isInteger(minute)) {
    return { problem: 'minute is missing or no whole number, expected 0 for the first minute of the rollout' };
  }
  if (!Number.isSafeInteger(minute * recordedPeriodSeconds)) {
    return { problem: `minute ${String(minute)} is out of range, expected 0 for the first minute of the rollout` };
  }
  if (typeof weight !== 'number' || !(weight >= 0 && weight <= 100)) {
    return { problem: "weight is missing or out of range, expected green's percentage, 0 to 100" };
  }
  if (minute < 0 && weight !== 0) {
    return {
      problem: `minute ${String(minute)} is history with weight ${String(weight)}, expected weight 0 below minute 0`,
    };
  }
  const blue = readSlot(parsed, 'blue', reading);
  if (typeof blue === 'string') return { problem: blue };
  const green = readSlot(parsed, 'green', reading);
  if (typeof green === 'string') return { problem: green };
  return { rollout, period: { at: minute * recordedPeriodSeconds, weight, blue, green } };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | string {
  // What stands for a byte that is no UTF-8, wherever the file was read.
  if (line.includes('\uFFFD')) return 'a byte that is no UTF-8, expected a file in UTF-8';
  try {
    const parsed: unknown = JSON.parse(line);
    return isObject(parsed) ? parsed : 'no JSON object, expected {"rollout": ..., "minute": ..., "weight": ...}';
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser counts lines within the line that it was given.
    const why = error.message.replace(/ \(line \d+ column \d+\)$/, '');
    return `no JSON (${plainMessage(why)}), expected one object on a line`;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The datapoint of a slot, or what is wrong with it. A missing slot and a missing key (or null) are missing datapoints. */
function readSlot(
  line: Readonly<Record<string, unknown>>,
  slot: 'blue' | 'green',
  { parts, metrics }: Reading,
): Datapoint | string {
  const written = line[slot] ?? {};
  if (!isObject(written)) return `${slot} is no object, expected metrics by name, such as {"requests": 5700}`;
  const point: Record<string, number> = {};
  for (const [metric, value] of Object.entries(written)) {
    if (value === null || !metrics.has(metric)) continue;
    if (typeof value !== 'number' || !isCount(value)) return noQuantity(metric, slot, value);
    point[metric] = value;
  }
  for (const [bad, total] of parts) {
    const [part, whole] = [point[bad], point[total]];
    if (part !== undefined && whole !== undefined && part > whole) {
      return `${slot} has ${String(part)} ${bad} of ${String(whole)} ${total}, expected at most as many`;
    }
  }
  return point;
}

function noQuantity(metric: string, slot: 'blue' | 'green', value: unknown): string {
  const shown = typeof value === 'number' ? String(value) : describeValue(value);
  const most = typeof value === 'number' && value > 0 ? ` to ${String(Number.MAX_SAFE_INTEGER)}` : ' on';
  return `${metric} of ${slot} is ${shown}, expected a number from 0${most}`;
}

function misplaced(period: PeriodOfBoth, before: PeriodOfBoth | undefined): string | undefined {
  if (before === undefined || period.at > before.at) return undefined;
  const [minute, last] = [period.at / recordedPeriodSeconds, before.at / recordedPeriodSeconds];
  return `minute ${String(minute)} comes after minute ${String(last)} of the same rollout, expected rising minutes`;
}
