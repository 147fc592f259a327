import path from 'node:path';
import { readICalendar } from '../calendar/icalendar.ts';
import type { CalendarEntry } from '../specification/calendar.ts';
import type { Doubt } from '../specification/doubt.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { CliContext } from './cli-context.ts';
import { whyUnreadable } from './spec-files.ts';

/** A spec with the days of its iCalendar files in it, and what is wrong with the files. */
export interface WithCalendars {
  readonly spec: RolloutSpec;
  readonly doubts: readonly Doubt[];
}

/**
 * Reads the iCalendar files that a spec names, which lie beside it, and puts their days into it.
 * @param file of the spec
 */
export async function withCalendars(
  spec: RolloutSpec,
  file: string,
  context: Pick<CliContext, 'readFile' | 'now'>,
): Promise<WithCalendars> {
  const doubts: Doubt[] = [];
  const read = async (list: 'windows' | 'freezes'): Promise<readonly CalendarEntry[] | undefined> => {
    const entries = spec[list];
    if (entries === undefined) return undefined;
    const made: CalendarEntry[] = [];
    for (const [index, entry] of entries.entries()) {
      const dates = entry.calendar === undefined ? [] : await datesOf(entry, entry.calendar, file, context);
      if (!('problem' in dates)) made.push(entry.calendar === undefined ? entry : { ...entry, dates: [...dates] });
      else doubts.push({ path: [list, index, 'calendar'], severity: 'error', message: dates.problem });
    }
    return made;
  };
  const [windows, freezes] = [await read('windows'), await read('freezes')];
  if (windows === undefined && freezes === undefined) return { spec, doubts };
  return {
    spec: { ...spec, ...(windows && { windows: [...windows] }), ...(freezes && { freezes: [...freezes] }) },
    doubts,
  };
}

async function datesOf(
  { zone }: CalendarEntry,
  name: string,
  file: string,
  { readFile, now }: Pick<CliContext, 'readFile' | 'now'>,
): Promise<readonly string[] | { readonly problem: string }> {
  let text: string;
  try {
    text = await readFile(path.resolve(path.dirname(file), name));
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    return { problem: `${name} cannot be read (${why}), expected an iCalendar file beside the spec` };
  }
  const calendar = await readICalendar(text, zone, now());
  return calendar.ok ? calendar.dates : { problem: `${name} ${calendar.problem}` };
}
