import type { RolloutView } from '../../view/rollout-view.ts';
import { rolloutView } from '../../view/rollout-view.ts';
import type { ReadRollout } from '../../view/read-rollout.ts';
import type { CliContext } from '../cli-context.ts';
import { fitted, painted } from '../terminal/line.ts';
import type { Terminal } from '../terminal/screen.ts';
import { fittingLines, frameOf } from './frame.ts';

/** Narrower than this nothing can be read, and wider lines are hard to follow. */
const narrowest = 40;
const widest = 120;

/** Returns the view of what was read, as it is now. */
export function viewNow(read: ReadRollout, stage: string, { now }: CliContext): RolloutView {
  return rolloutView({ ...read, stage, now: now() });
}

/** Prints a rollout once, whole; in a pipe no line is broken or cut off. */
export function printRollout(view: RolloutView, context: CliContext): void {
  const columns = context.terminal === undefined ? Number.POSITIVE_INFINITY : columnsOf(context.terminal);
  const layout = { columns, timeZone: context.timeZone(), now: context.now(), linesEach: Number.POSITIVE_INFINITY };
  for (const line of frameOf(view, layout).flatMap(({ lines }) => lines))
    context.out(painted(fitted(line, columns), context.paint));
}

/** Returns a rollout as lines that fit into a terminal, with room for notes below. */
export function frameLines(view: RolloutView, terminal: Terminal, notes: readonly string[], context: CliContext) {
  const columns = columnsOf(terminal);
  const layout = { columns, timeZone: context.timeZone(), now: context.now(), linesEach: 2 };
  const rows = Math.max(6, terminal.rows - 1 - notes.length);
  const more = `More rows show more, and all of it: sluice get ${view.rolloutId} --stage ${view.stage}`;
  const lines = fittingLines(frameOf(view, layout), rows, more);
  return [
    ...lines.map((line) => painted(fitted(line, columns), context.paint)),
    ...notes.map((note) => painted(fitted([{ text: note, style: 'yellow' }], columns), context.paint)),
  ];
}

function columnsOf({ columns }: Terminal): number {
  return Math.min(widest, Math.max(narrowest, columns));
}
