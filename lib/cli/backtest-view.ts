import type { AnalysisInput } from '../analysis/analyse.ts';
import { type RecordedRollout, recordedPeriodSeconds } from '../analysis/backtest-lines.ts';
import { type EvidenceRow, evidenceRows } from '../analysis/evidence-rows.ts';
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
    ...charts.flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines])),
  ];
}

/** Green above blue, minute by minute, for the gate that decided; the first gate where none did. */
function chart(
  { recorded, gate, index }: Backtested,
  input: Omit<AnalysisInput, 'step' | 'periods'>,
): readonly string[] {
  const periods = index === undefined ? recorded.periods : recorded.periods.slice(0, index + 1);
  const shown = input.gates.find(({ name }) => name === gate) ?? input.gates[0];
  const rows = evidenceRows({ ...input, periods }).filter((row) => row.gate === shown?.name);
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

function minuteOf(row: EvidenceRow | undefined): string {
  return row === undefined ? '-' : String(row.at / recordedPeriodSeconds);
}

/** A missing datapoint is a blank, not a zero. */
function block(value: number | undefined, top: number): string {
  if (value === undefined) return ' ';
  return blocks[top === 0 ? 0 : Math.min(blocks.length - 1, Math.floor((value / top) * blocks.length))] ?? ' ';
}
