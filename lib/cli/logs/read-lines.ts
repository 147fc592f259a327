import type { LogLine, LogPlace, TaskLogs, WantedLines } from '../../drivers/task-logs.ts';
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
  /** Lines that were read and left out, as there were too many. */
  readonly leftOut: readonly Pick<LogLine, 'id' | 'at'>[];
  readonly notes: readonly string[];
}

/** Reads every place at once, while the tasks are still being found out. What cannot be read is a note, and hides nothing else. */
export async function readLines(
  { places, found }: Sources,
  wanted: Omit<WantedLines, 'tasks'>,
  logs: TaskLogs,
): Promise<Lines> {
  const tasks = found.then(({ sideOf }) => new Set(sideOf.keys()));
  // A place that is not read yet does not await them; who awaits `found` below is told.
  tasks.catch(() => undefined);
  const reading = Promise.all(places.map((place) => readPlace(place, { ...wanted, tasks }, logs)));
  const { sideOf, notes } = await found;
  // Without tasks there are no lines, whatever became of the reading.
  if (sideOf.size === 0) return { lines: [], leftOut: [], notes };
  const read = await reading;
  const all = read
    .flatMap(({ place: { container }, lines }) =>
      lines.flatMap((line) => {
        const side = sideOf.get(line.task);
        return side === undefined ? [] : [{ ...line, side, container }];
      }),
    )
    .toSorted((left, right) => left.at - right.at);
  return {
    lines: all.slice(-wanted.most),
    leftOut: [...read.flatMap(({ leftOut }) => leftOut), ...all.slice(0, -wanted.most)],
    notes: [...notes, ...read.flatMap((one) => one.notes)],
  };
}

/** Says that lines of a span were left out; nothing where there were none. */
export function leftOutOf({ leftOut: { length } }: Lines): readonly string[] {
  return length === 0
    ? []
    : [
        `${length} earlier ${length === 1 ? 'line is' : 'lines are'} left out. Narrow it with --since, or show more with --lines.`,
      ];
}

async function readPlace(place: LogPlace, wanted: WantedLines, logs: TaskLogs) {
  try {
    const { lines, leftOut, isWhole } = await logs.linesOf(place, wanted);
    const notes = isWhole
      ? []
      : [`Log group ${place.group} has too many lines since then: the newest are not shown. Narrow it with --since.`];
    return { place, lines, leftOut, notes };
  } catch (error) {
    const note = `Log group ${place.group} could not be read: ${explainAwsFailure(error)}`;
    return { place, lines: [], leftOut: [], notes: [note] };
  }
}
