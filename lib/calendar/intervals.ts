import type { CalendarEntry } from '../specification/calendar.ts';
import { endsOfDates } from '../specification/calendar-dates.ts';
import { readingsOfRule } from './days-of-rule.ts';
import { dayMs, instantOf, wallClock } from './local-time.ts';

/** From a moment on, up to another one, which is not in it; milliseconds since the epoch. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  /** The entry of the calendar that it is of. */
  readonly name: string;
}

/** A rule without a first day of its own is read from so long before, so that every one of its days is found. */
const readBefore = 800 * dayMs;

/**
 * Returns the times of an entry that have a part between two instants, in order.
 * @throws Error where its iCalendar file was not read into it
 */
export async function intervalsOf(entry: CalendarEntry, from: number, to: number): Promise<readonly Interval[]> {
  const all = entry.repeat === undefined ? ofDates(entry) : await ofRule(entry, entry.repeat, from, to);
  return all.filter((one) => one.from < to && one.to > from).toSorted((one, other) => one.from - other.from);
}

function ofDates({ name, zone, dates, calendar = '' }: CalendarEntry): readonly Interval[] {
  if (dates === undefined) throw new Error(`The calendar file ${calendar} of "${name}" was not read.`);
  return dates.map((text) => {
    const [first, last] = endsOfDates(text);
    const end = last.includes('T') ? readingOf(last) : readingOf(last) + dayMs;
    return { name, from: instantOf(readingOf(first), zone), to: instantOf(end, zone) };
  });
}

async function ofRule(entry: CalendarEntry, repeat: string, from: number, to: number): Promise<readonly Interval[]> {
  const { name, zone, starting, from: begins = '00:00', to: ends = '24:00', for: seconds } = entry;
  const longest = (seconds ?? 0) * 1000 + 2 * dayMs;
  const earliest = dayOf(wallClock(from - longest, zone));
  const latest = dayOf(wallClock(to, zone)) + dayMs;
  const start = starting === undefined ? earliest - readBefore : readingOf(starting);
  // A day is a day in every zone, and the time of day is applied to it afterwards.
  const days = await readingsOfRule(repeat, start, Math.max(start, earliest), latest);
  return days.map((day) => {
    const at = instantOf(day + minutesOf(begins) * 60_000, zone);
    if (seconds !== undefined) return { name, from: at, to: at + seconds * 1000 };
    const over = minutesOf(ends) > minutesOf(begins) ? 0 : dayMs;
    return { name, from: at, to: Math.max(at, instantOf(day + over + minutesOf(ends) * 60_000, zone)) };
  });
}

/** A reading such as `2026-12-25` or `2026-11-27T12:00`, as milliseconds of the same reading in UTC. */
function readingOf(text: string): number {
  return Date.parse(text.includes('T') ? `${text}:00Z` : `${text}T00:00:00Z`);
}

function dayOf(reading: number): number {
  return Math.floor(reading / dayMs) * dayMs;
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Returns intervals that do not touch each other and cover the same times; each keeps the name of the one that ends last. */
export function united(intervals: readonly Interval[]): readonly Interval[] {
  const made: Interval[] = [];
  for (const next of intervals.toSorted((one, other) => one.from - other.from)) {
    const last = made.at(-1);
    if (last === undefined || next.from > last.to) made.push(next);
    else if (next.to > last.to) made.splice(-1, 1, { from: last.from, to: next.to, name: next.name });
  }
  return made.filter(({ from, to }) => from < to);
}

/** Returns what is left of intervals where others are taken away; both must not touch each other. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): readonly Interval[] {
  return taken.reduce<readonly Interval[]>(
    (left, { from, to }) =>
      left.flatMap((one) => {
        if (one.to <= from || one.from >= to) return [one];
        const parts = [
          { ...one, to: from },
          { ...one, from: to },
        ];
        return parts.filter((part) => part.from < part.to);
      }),
    intervals,
  );
}
