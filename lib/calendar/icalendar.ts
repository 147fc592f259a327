import { readingsOfRule } from './days-of-rule.ts';
import { dayMs, instantOf, wallClock } from './local-time.ts';

/** The days of a file as an entry of a calendar writes them in `dates`, or what is wrong with it. */
export type ReadCalendar =
  { readonly ok: true; readonly dates: readonly string[] } | { readonly ok: false; readonly problem: string };

/** So far ahead a file is read: what repeats for ever has no end. */
const aheadYears = 2;
/** As many as an entry takes. */
const mostDates = 400;

interface Property {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}
type Event = readonly Property[];

/** What the file of somebody else's program may hold and this reader does not follow. */
class NotUnderstood extends Error {}

/**
 * Reads the events of an iCalendar file (RFC 5545): whole days and times, recurrences, exceptions, moved and cancelled ones. An event is a
 * time whatever it says of being busy: files of holidays call them free.
 * @param zone of the entry; whole days are days of this zone
 */
export async function readICalendar(text: string, zone: string, now: Date): Promise<ReadCalendar> {
  const lines = text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  if (!lines.some((line) => line.trim().toUpperCase() === 'BEGIN:VCALENDAR')) {
    return { ok: false, problem: 'is no iCalendar file, expected BEGIN:VCALENDAR' };
  }
  try {
    const events = eventsOf(lines);
    const moved = new Map<string, number[]>();
    for (const event of events) {
      const id = find(event, 'RECURRENCE-ID');
      if (id === undefined) continue;
      const uid = find(event, 'UID')?.value ?? '';
      moved.set(uid, [...(moved.get(uid) ?? []), momentOf(id, zone).reading]);
    }
    const all = await Promise.all(events.map((event) => timesOf(event, moved, zone, now)));
    const dates = [...new Set(all.flat().sort())];
    if (dates.length > mostDates) {
      return {
        ok: false,
        problem: `has ${dates.length} times within ${aheadYears} years, expected at most ${mostDates}`,
      };
    }
    return dates.length > 0
      ? { ok: true, dates }
      : { ok: false, problem: `has no event within the next ${aheadYears} years, expected a current file` };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { ok: false, problem: error.message };
  }
}

function eventsOf(lines: readonly string[]): readonly Event[] {
  const events: Property[][] = [];
  const open: string[] = [];
  for (const line of lines) {
    const property = propertyOf(line);
    if (property === undefined) continue;
    if (property.name === 'BEGIN') {
      open.push(property.value.toUpperCase());
      if (open.at(-1) === 'VEVENT') events.push([]);
    } else if (property.name === 'END') open.pop();
    // What stands in an alarm of an event is the alarm's.
    else if (open.at(-1) === 'VEVENT') events.at(-1)?.push(property);
  }
  if (open.length > 0) throw new NotUnderstood('ends within a component, expected a whole file');
  return events;
}

function propertyOf(line: string): Property | undefined {
  const [, head, value] = /^((?:"[^"]*"|[^":])*):(.*)$/.exec(line) ?? [];
  if (head === undefined || value === undefined) return undefined;
  const [name = '', ...parameters] = head.split(';');
  const pairs = parameters.map((one): readonly [string, string] => {
    const [key = '', ...rest] = one.split('=');
    return [key.toUpperCase(), rest.join('=').replaceAll('"', '')];
  });
  return { name: name.toUpperCase(), parameters: new Map(pairs), value: value.trim() };
}

function find(event: Event, name: string): Property | undefined {
  return event.find((property) => property.name === name);
}

interface Moment {
  /** What the clock on the wall of its zone shows, as milliseconds of the same reading in UTC. */
  readonly reading: number;
  readonly zone: string;
  readonly isDay: boolean;
}

function momentOf({ name, parameters, value }: Property, zone: string, text = value): Moment {
  const [, year, month, day, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(text) ?? [];
  if (year === undefined) throw new NotUnderstood(`has ${name} "${text.slice(0, 40)}", expected a date or a time`);
  const [y, mo, d, h = 0, mi = 0, s = 0] = [year, month, day, hour, minute, second].map((part) => Number(part ?? 0));
  const reading = Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s);
  if (hour === undefined) return { reading, zone, isDay: true };
  const named = utc === undefined ? (parameters.get('TZID') ?? zone) : 'UTC';
  return { reading, zone: known(named.replace(/^\//, '')), isDay: false };
}

function known(zone: string): string {
  try {
    wallClock(0, zone);
    return zone;
  } catch {
    throw new NotUnderstood(`has times of zone "${zone.slice(0, 60)}", expected an IANA zone such as Europe/Berlin`);
  }
}

/** The times of one event that are not over and begin within the years ahead. */
async function timesOf(
  event: Event,
  moved: ReadonlyMap<string, readonly number[]>,
  zone: string,
  now: Date,
): Promise<readonly string[]> {
  const written = find(event, 'DTSTART');
  if (written === undefined || find(event, 'STATUS')?.value.toUpperCase() === 'CANCELLED') return [];
  const start = momentOf(written, zone);
  const length = lengthOf(event, start, zone);
  const since = now.getTime() - length - 2 * dayMs;
  const until = now.getTime() + aheadYears * 366 * dayMs;
  const replaced = find(event, 'RECURRENCE-ID') === undefined ? moved.get(find(event, 'UID')?.value ?? '') : undefined;
  const excluded = new Set([...readingsOf(event, 'EXDATE', start), ...(replaced ?? [])]);
  const readings = [...(await recurring(event, start, since, until)), ...readingsOf(event, 'RDATE', start)];
  return readings
    .filter((reading) => reading >= since && reading <= until && !excluded.has(reading))
    .map((reading) =>
      start.isDay ? ofDays(reading, length) : ofMoments(instantOf(reading, start.zone), length, zone),
    );
}

function readingsOf(event: Event, name: string, { zone }: Moment): readonly number[] {
  return event
    .filter((property) => property.name === name)
    .flatMap((property) => property.value.split(',').map((text) => momentOf(property, zone, text)))
    .map((moment) => (moment.zone === zone ? moment.reading : wallClock(instantOf(moment.reading, moment.zone), zone)));
}

async function recurring(event: Event, start: Moment, since: number, until: number): Promise<readonly number[]> {
  const rule = find(event, 'RRULE')?.value.toUpperCase();
  if (rule === undefined) return [start.reading];
  const local = rule.replace(/UNTIL=(\d{8}T\d{6}Z)/, (_, text: string) => {
    const last = momentOf({ name: 'UNTIL', parameters: new Map(), value: text }, 'UTC');
    return `UNTIL=${stamp(wallClock(last.reading, start.zone))}`;
  });
  // A day is its last one whole.
  const bounded = local.replace(/UNTIL=(\d{8})(?=;|$)/, 'UNTIL=$1T235959Z');
  try {
    return [...new Set([start.reading, ...(await readingsOfRule(bounded, start.reading, since, until))])];
  } catch {
    throw new NotUnderstood(`has the rule "${rule.slice(0, 120)}", expected one of RFC 5545`);
  }
}

function stamp(reading: number): string {
  return new Date(reading).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** How long an event lasts, in milliseconds. */
function lengthOf(event: Event, start: Moment, zone: string): number {
  const written = find(event, 'DTEND');
  if (written !== undefined) {
    const end = momentOf(written, zone);
    const instants = [start, end].map((one) => (one.isDay ? one.reading : instantOf(one.reading, one.zone)));
    return Math.max(0, (instants[1] ?? 0) - (instants[0] ?? 0));
  }
  const duration = find(event, 'DURATION')?.value;
  if (duration === undefined) return start.isDay ? dayMs : 0;
  const [whole, weeks, days, hours, minutes, seconds] =
    /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? [];
  if (whole === undefined) throw new NotUnderstood(`has DURATION "${duration.slice(0, 40)}", expected one of RFC 5545`);
  const [w = 0, d = 0, h = 0, m = 0, s = 0] = [weeks, days, hours, minutes, seconds].map((part) => Number(part ?? 0));
  return (w * 7 + d) * dayMs + ((h * 60 + m) * 60 + s) * 1000;
}

function ofDays(reading: number, length: number): string {
  const [first, last] = [reading, reading + Math.max(length, dayMs) - dayMs].map((each) => iso(each).slice(0, 10));
  return first === last ? String(first) : `${String(first)}/${String(last)}`;
}

/** As the clock of the entry's zone shows them, in whole minutes that hold the event. */
function ofMoments(instant: number, length: number, zone: string): string {
  const minute = 60_000;
  const first = Math.floor(wallClock(instant, zone) / minute) * minute;
  const last = Math.ceil(wallClock(instant + length, zone) / minute) * minute;
  return `${iso(first)}/${iso(Math.max(last, first + minute))}`;
}

function iso(reading: number): string {
  return new Date(reading).toISOString().slice(0, 16);
}
