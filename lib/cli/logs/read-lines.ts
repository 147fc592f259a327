import type { LogLine, LogPlace, TaskLogs } from '../../drivers/task-logs.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import type { Side, Sources } from './sides-to-read.ts';

/** A line of one side, as it is shown. */
export interface ShownLine extends LogLine {
  readonly side: Side;
  readonly container: string;
}

/** Lines of all places in order of time, and what could not be read. */
export interface Lines {
  readonly lines: readonly ShownLine[];
  readonly notes: readonly string[];
}

/** Reads every place at once. What cannot be read is a note, and hides nothing else. */
export async function readLines(
  { places, sideOf }: Sources,
  since: number,
  most: number,
  logs: TaskLogs,
): Promise<Lines> {
  const tasks = new Set(sideOf.keys());
  if (tasks.size === 0) return { lines: [], notes: [] };
  const read = await Promise.all(places.map((place) => readPlace(place, tasks, since, most, logs)));
  const all = read
    .flatMap(({ place: { container }, lines }) =>
      lines.flatMap((line) => {
        const side = sideOf.get(line.task);
        return side === undefined ? [] : [{ ...line, side, container }];
      }),
    )
    .toSorted((left, right) => left.at - right.at);
  const leftOut = read.reduce((sum, one) => sum + one.leftOut, Math.max(0, all.length - most));
  const cut =
    leftOut === 0 ? [] : [`${leftOut} earlier lines are left out. Narrow it with --since, or show more with --lines.`];
  return { lines: all.slice(-most), notes: [...read.flatMap(({ notes }) => notes), ...cut] };
}

async function readPlace(place: LogPlace, tasks: ReadonlySet<string>, since: number, most: number, logs: TaskLogs) {
  try {
    const { lines, leftOut, isWhole } = await logs.linesOf(place, tasks, since, most);
    const notes = isWhole
      ? []
      : [`Log group ${place.group} has too many lines since then: the newest are not shown. Narrow it with --since.`];
    return { place, lines, leftOut, notes };
  } catch (error) {
    const note = `Log group ${place.group} could not be read: ${explainAwsFailure(error)}`;
    return { place, lines: [], leftOut: 0, notes: [note] };
  }
}
