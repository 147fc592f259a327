import type { TaskLogs } from '../../drivers/task-logs.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { CliContext } from '../cli-context.ts';
import { leftOutOf, type Lines, readLines, type ShownLine } from './read-lines.ts';
import { type Side, type Sources, sourcesOf } from './sides-to-read.ts';

const pollMilliseconds = 2_000;
/** Tasks are listed, and the rollout is read, at every so many polls. */
const pollsPerReading = 5;
/** A line may reach CloudWatch Logs so long after it was written; what was shown before is not shown again. */
const latenessMilliseconds = 30_000;

export interface Following {
  readonly sides: readonly Side[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly most: number;
}

interface Shown {
  readonly lines: (lines: readonly ShownLine[]) => void;
  readonly note: (text: string) => void;
}

/**
 * Shows lines as they come, each once, until the rollout has ended or the time is up; what could not be read is noted once.
 * @param again reads the rollout
 * @returns why it ended
 */
export async function followLines(
  first: { readonly state: RolloutState; readonly sources: Sources },
  { sides, since, until, most }: Following,
  {
    logs,
    again,
    shown,
  }: { readonly logs: TaskLogs; readonly again: () => Promise<RolloutState>; readonly shown: Shown },
  { now, sleep }: Pick<CliContext, 'now' | 'sleep'>,
): Promise<'the rollout has ended' | 'the time is up'> {
  /** When each line was written that was shown, or was said to be left out. */
  const known = new Map<string, number>();
  const noted = new Set<string>();
  const note = (text: string) => {
    if (!noted.has(text)) shown.note(text);
    noted.add(text);
  };
  const show = async (sources: Sources, from: number, cutOf: (read: Lines) => readonly string[]) => {
    const read = await readLines(sources, { since: from, most, known }, logs);
    for (const one of read.notes) note(one);
    // Of each time, as the lines differ though their number may be the same.
    for (const one of cutOf(read)) shown.note(one);
    shown.lines(read.lines);
    for (const { id, at } of [...read.lines, ...read.leftOut]) known.set(id, at);
    for (const [id, at] of known) if (at < from) known.delete(id);
  };
  let { state, sources } = first;
  await show(sources, since, leftOutOf);
  for (let poll = 1; ; poll += 1) {
    const isOver = !isActive(state);
    if (now().getTime() >= until) return 'the time is up';
    await sleep(pollMilliseconds);
    if (poll % pollsPerReading === 0) {
      state = await again();
      sources = await sourcesOf(state, sides, logs);
    }
    // What was written right before the end may come a moment after it.
    await show(sources, Math.max(since, now().getTime() - latenessMilliseconds - pollMilliseconds), overrun);
    if (isOver) return 'the rollout has ended';
  }
}

/** Says that more new lines came at once than are shown. */
function overrun({ lines, leftOut: { length } }: Lines): readonly string[] {
  return length === 0
    ? []
    : [
        `${length} new ${length === 1 ? 'line is' : 'lines are'} left out: ${lines.length + length} came at once. Show more with --lines, or one side with --side.`,
      ];
}
