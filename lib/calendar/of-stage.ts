import type { Calendar, CalendarEntry } from '../specification/calendar.ts';
import { endsOfDates } from '../specification/calendar-dates.ts';
import { dayMs } from './local-time.ts';

/** Returns the entries that count in a stage. */
export function calendarOfStage({ windows, freezes }: Calendar, stage: string): Calendar {
  const own = (entries: readonly CalendarEntry[] | undefined) =>
    entries?.filter(({ stages }) => stages === undefined || stages.includes(stage));
  return { windows: own(windows), freezes: own(freezes) };
}

/** The longest that a rollout may take, and then some. */
const keptDays = 30;

/**
 * Returns what of a calendar a rollout needs that opens now: days of files that are over or far ahead are left out, as the calendar is
 * stored with each write of its state.
 */
export function calendarFrom(calendar: Calendar, now: Date): Calendar {
  const isNear = (text: string) => {
    const [first, last] = endsOfDates(text).map((end) => Date.parse(`${end.slice(0, 10)}T00:00:00Z`));
    return (last ?? 0) > now.getTime() - 3 * dayMs && (first ?? 0) < now.getTime() + keptDays * dayMs;
  };
  const near = (entries: readonly CalendarEntry[] | undefined) =>
    entries?.map((entry) => (entry.dates === undefined ? entry : { ...entry, dates: entry.dates.filter(isNear) }));
  return { windows: near(calendar.windows), freezes: near(calendar.freezes) };
}
