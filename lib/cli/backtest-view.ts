import type { AnalysisInput } from '../analysis/analyse.ts';
import { type RecordedRollout, recordedPeriodSeconds } from '../analysis/backtest-lines.ts';
import { type StrengthRow, strengthRows } from '../analysis/strength-rows.ts';
import { inUnit, unitOfGate } from '../analysis/direction.ts';
import type { Replayed } from '../analysis/replay.ts';
import { printable } from '../specification/text/plain-text.ts';
import { table } from './rollout-view.ts';

/** One recorded rollout and how it would have ended. */
export interface Backtested extends Replayed {
  readonly recorded: RecordedRollout;
}

/** Beyond it a chart of each rollout would bury the table. */
const mostCharts = 10;
const chartColumns = 60;
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** What a backtest found: a table, how often each decision was taken, and a small chart of each of a few rollouts. */
export function backtestView(
  results: readonly Backtested[],
  input: Omit<AnalysisInput, 'step' | 'periods'>,
): readonly string[] {
  const rows = results.map(({ recorded, decision, index, gate, reason }) => [
    recorded.rollout,
    decision,
    index === undefined ? '-' : String((recorded.periods[index]?.at ?? 0) / recordedPeriodSeconds),
    gate ?? '-',
    reason,
  ]);
  const counts = (['promote', 'roll-back', 'hold'] as const).map(
    (decision) => `${results.filter((result) => result.decision === decision).length} ${decision}`,
  );
  const charts = results.length > mostCharts ? [] : results.map((result) => chart(result, input));
  return [
    ...table([['ROLLOUT', 'DECISION', 'MINUTE', 'GATE', 'REASON'], ...rows]),
    '',
    `${results.length} rollouts: ${counts.join(', ')}`,
    ...summaryOf(results, input),
    ...charts.flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines])),
  ];
}

/** How often each gate rolled back or held, and how soon: which gate is too strict, and which never speaks. */
function summaryOf(results: readonly Backtested[], input: Omit<AnalysisInput, 'step' | 'periods'>): readonly string[] {
  if (results.length < 2) return [];
  const names = [...new Set([...input.gates.map(({ name }) => name), ...results.flatMap(({ gate }) => gate ?? [])])];
  const rows = names.map((name) => {
    const ofGate = results.filter(({ gate }) => gate === name);
    const back = ofGate.filter(({ decision }) => decision === 'roll-back');
    const held = ofGate.filter(({ decision }) => decision === 'hold');
    return [name, shareOf(back.length, results.length), shareOf(held.length, results.length), medianMinute(back)];
  });
  return ['', ...table([['GATE', 'ROLLED BACK', 'HELD', 'MEDIAN MINUTE'], ...rows])];
}

function shareOf(count: number, all: number): string {
  return `${count} (${Number(((100 * count) / all).toFixed(1))} %)`;
}

/** The minute of the deciding datapoint, in the middle of the rollouts that were rolled back. */
function medianMinute(results: readonly Backtested[]): string {
  const minutes = results
    .map(({ recorded, index }) => (recorded.periods[index ?? 0]?.at ?? 0) / recordedPeriodSeconds)
    .sort((left, right) => left - right);
  const middle = minutes[Math.floor(minutes.length / 2)];
  return middle === undefined ? '-' : String(middle);
}

/** Green above blue, minute by minute, for the gate that decided; the first gate where none did. */
function chart(
  { recorded, gate, index }: Backtested,
  input: Omit<AnalysisInput, 'step' | 'periods'>,
): readonly string[] {
  const periods = index === undefined ? recorded.periods : recorded.periods.slice(0, index + 1);
  const shown = input.gates.find(({ name }) => name === gate) ?? input.gates[0];
  const rows = strengthRows({ ...input, periods }).filter((row) => row.gate === shown?.name);
  const newest = rows.slice(-chartColumns);
  const values = newest.flatMap(({ green, blue }) => [green ?? 0, blue ?? 0]);
  if (newest.every(({ green, blue }) => green === undefined && blue === undefined)) return [];
  const top = Math.max(...values);
  const [first, last] = [minuteOf(newest.at(0)), minuteOf(newest.at(-1))];
  const peak = shown === undefined ? '' : inUnit(unitOfGate(shown))(top);
  return [
    `${printable(recorded.rollout)}: ${shown?.name ?? ''}, minutes ${first} to ${last}, top ${peak}`,
    `  green ${newest.map(({ green }) => block(green, top)).join('')}`,
    `  blue  ${newest.map(({ blue }) => block(blue, top)).join('')}`,
  ];
}

function minuteOf(row: StrengthRow | undefined): string {
  return row === undefined ? '-' : String(row.at / recordedPeriodSeconds);
}

/** A missing datapoint is a blank, not a zero. */
function block(value: number | undefined, top: number): string {
  if (value === undefined) return ' ';
  return blocks[top === 0 ? 0 : Math.min(blocks.length - 1, Math.floor((value / top) * blocks.length))] ?? ' ';
}
