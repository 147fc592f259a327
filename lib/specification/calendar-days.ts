import * as z from 'zod';
import { calendarDates, type CalendarEntry } from './calendar.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Days of the calendar files that lie beside a spec, by the place of the entry that names the file: `freezes.0`. */
export const calendarDays = z.record(
  z.string().regex(/^(?:windows|freezes)\.\d{1,2}$/, 'expected the place of an entry, such as freezes.0'),
  calendarDates.readonly(),
);
export type CalendarDays = Readonly<Record<string, readonly string[]>>;

const lists = ['windows', 'freezes'] as const;

/** Returns the days that were read from files into a spec, for who has its text but not the files. */
export function calendarDaysOf(spec: RolloutSpec): CalendarDays {
  const places = lists.flatMap((list) =>
    (spec[list] ?? []).flatMap(({ calendar, dates }, index) =>
      calendar === undefined || dates === undefined ? [] : [[`${list}.${index}`, dates] as const],
    ),
  );
  return Object.fromEntries(places);
}

/** Returns a spec with the days of its calendar files in it; `undefined` where those of an entry are missing, or days are left over. */
export function withCalendarDays(spec: RolloutSpec, days: CalendarDays): RolloutSpec | undefined {
  const left = new Set(Object.keys(days));
  const missing: string[] = [];
  const filled = (list: (typeof lists)[number]): CalendarEntry[] | undefined =>
    spec[list]?.map((entry, index) => {
      if (entry.calendar === undefined) return entry;
      const place = `${list}.${index}`;
      const dates = days[place];
      left.delete(place);
      if (dates === undefined) missing.push(place);
      return dates === undefined ? entry : { ...entry, dates: [...dates] };
    });
  const [windows, freezes] = [filled('windows'), filled('freezes')];
  if (missing.length > 0 || left.size > 0) return undefined;
  return { ...spec, ...(windows && { windows }), ...(freezes && { freezes }) };
}
