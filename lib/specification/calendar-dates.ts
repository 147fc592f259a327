const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const day = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const moment = `${day}(?:T${clock})?`;

/** A time of day, as calendars write it. */
export const clockForm = clock;
/** A day, as calendars write it. */
export const dayForm = day;
/** One entry of `dates`. */
export const datesForm = new RegExp(`^(${moment})(?:/(${moment}))?$`);

/** The two ends of an entry of `dates`; the second is the first where it names one. */
export function endsOfDates(text: string): readonly [string, string] {
  const [, first = text, last = first] = datesForm.exec(text) ?? [];
  return [first, last];
}
