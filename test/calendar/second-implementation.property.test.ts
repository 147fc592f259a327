import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { intervalsOf } from '../../lib/calendar/intervals.ts';
import { calendarFields, type CalendarEntry } from '../../lib/specification/calendar.ts';

const python = path.resolve(import.meta.dirname, '../../.sluice/venv/bin/python');
const script = path.resolve(import.meta.dirname, 'dateutil_intervals.py');

/** Both hemispheres, clocks that jump by half an hour, at midnight or not at all, odd offsets. */
const zones = [
  ...['UTC', 'Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'America/St_Johns'],
  ...['Australia/Lord_Howe', 'Pacific/Chatham', 'America/Santiago', 'Asia/Kathmandu', 'Asia/Beirut'],
];
const years = { from: '2021-01-01T00:00:00', to: '2026-01-01T00:00:00' };
const range = [Date.parse(`${years.from}Z`), Date.parse(`${years.to}Z`)] as const;

const day = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const days = fc.uniqueArray(day, { minLength: 1, maxLength: 4 }).map((all) => all.join(','));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 59))
  .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
const month = fc.integer({ min: 1, max: 12 });
const ofMonth = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));

/** Rules that mean the same days wherever the reading begins. */
const anchored = fc.oneof(
  fc.constant('FREQ=DAILY'),
  fc.tuple(days, month).map(([on, of]) => `FREQ=DAILY;BYDAY=${on};BYMONTH=${of}`),
  days.map((on) => `FREQ=WEEKLY;BYDAY=${on}`),
  ofMonth.map((on) => `FREQ=MONTHLY;BYMONTHDAY=${on}`),
  fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2), day).map(([nth, on]) => `FREQ=MONTHLY;BYDAY=${nth}${on}`),
  fc.tuple(days, fc.constantFrom(1, -1, 2)).map(([on, nth]) => `FREQ=MONTHLY;BYDAY=${on};BYSETPOS=${nth}`),
  fc.tuple(month, ofMonth).map(([of, on]) => `FREQ=YEARLY;BYMONTH=${of};BYMONTHDAY=${on}`),
  fc.integer({ min: 1, max: 366 }).map((on) => `FREQ=YEARLY;BYYEARDAY=${on}`),
  fc.tuple(fc.integer({ min: 1, max: 53 }), day).map(([week, on]) => `FREQ=YEARLY;BYWEEKNO=${week};BYDAY=${on}`),
  fc.tuple(day, fc.constantFrom('20230331', '20241027')).map(([on, until]) => `FREQ=WEEKLY;BYDAY=${on};UNTIL=${until}`),
);
/** Rules that count from their first day. */
const counting = fc
  .tuple(fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'), fc.integer({ min: 2, max: 7 }), fc.boolean())
  .map(([frequency, interval, ends]) => `FREQ=${frequency};INTERVAL=${interval}${ends ? ';COUNT=40' : ''}`);
const starting = fc
  .tuple(fc.integer({ min: 2019, max: 2022 }), month, fc.integer({ min: 1, max: 28 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));

const length = fc.oneof(
  fc.record({}),
  fc.record({ to: fc.oneof(clock, fc.constant('24:00')) }),
  fc.record({ for: fc.constantFrom('1h', '3h30m', '2d', '7d') }),
);
const times = fc
  .tuple(fc.record({ from: clock }, { requiredKeys: [] }), length)
  .map(([begins, ends]) => ({ ...begins, ...ends }));
const rule = fc.oneof(
  anchored.map((repeat) => ({ repeat })),
  fc.record({ repeat: counting, starting }),
);
const repeated = fc.tuple(rule, times).map(([of, during]) => ({ ...of, ...during }));
const dated = fc
  .uniqueArray(fc.tuple(starting, clock), { minLength: 2, maxLength: 2, selector: (one) => one.join('T') })
  .map(([one, other]) => [one, other].map((each) => each?.join('T')).sort())
  .map((ends) => ({ dates: [ends.join('/'), String(ends[0]).slice(0, 10)] }));

const entry = fc
  .tuple(fc.constantFrom(...zones), fc.oneof({ weight: 9, arbitrary: repeated }, { weight: 1, arbitrary: dated }))
  .map(([zone, when]) => ({ name: 'drawn', zone, ...when }));

function parsed(entries: readonly unknown[]): readonly CalendarEntry[] {
  return entries.flatMap((one) => calendarFields.windows.parse([one]) ?? []);
}

function byDateutil(entries: readonly CalendarEntry[]): readonly (readonly (readonly number[])[])[] {
  const input = JSON.stringify({ ...years, entries });
  const answer = execFileSync(python, [script], { input, encoding: 'utf8', maxBuffer: 256 * 2 ** 20 });
  return z.array(z.array(z.array(z.number()))).parse(JSON.parse(answer));
}

describe('intervals of an entry', () => {
  test('are those of python-dateutil, over five years in ten zones', async () => {
    const drawn = parsed(fc.sample(entry, { numRuns: 100, seed: 20_260_301 }));
    const ours = await Promise.all(
      drawn.map(async (one) =>
        (await intervalsOf(one, ...range)).map(({ from, to }) => [from / 1000, to / 1000]).sort(compared),
      ),
    );
    const theirs = byDateutil(drawn);

    expect(new Set(drawn.map(({ zone }) => zone)).size).toBe(zones.length);
    expect(ours.flat().length).toBeGreaterThan(5000);
    expect(drawn.map((one, index) => ({ one, intervals: ours[index] }))).toEqual(
      drawn.map((one, index) => ({ one, intervals: theirs[index] })),
    );
  });

  test('found by a short reading are those found by a long one', async () => {
    const drawn = parsed(fc.sample(entry, { numRuns: 30, seed: 7 }));
    for (const one of drawn) {
      const all = await intervalsOf(one, ...range);
      for (const from of [Date.parse('2022-03-26T23:00:00Z'), Date.parse('2024-11-03T05:30:00Z')]) {
        const to = from + 9 * 86_400_000;
        expect({ one, found: await intervalsOf(one, from, to) }).toEqual({
          one,
          found: all.filter((each) => each.from < to && each.to > from),
        });
      }
    }
  });
});

function compared(one: readonly number[], other: readonly number[]): number {
  return (one[0] ?? 0) - (other[0] ?? 0) || (one[1] ?? 0) - (other[1] ?? 0);
}
