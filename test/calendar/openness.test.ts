import { describe, expect, test } from '@jest/globals';
import { fitOf } from '../../lib/calendar/fit.ts';
import { calendarFrom, calendarOfStage } from '../../lib/calendar/of-stage.ts';
import { openness } from '../../lib/calendar/openness.ts';
import { type Calendar, calendarFields } from '../../lib/specification/calendar.ts';

const written = (windows: readonly unknown[], freezes: readonly unknown[] = []): Calendar => ({
  windows: calendarFields.windows.parse(windows),
  freezes: calendarFields.freezes.parse(freezes),
});

const maintenance = {
  name: 'Sundays',
  zone: 'Asia/Taipei',
  repeat: 'FREQ=WEEKLY;BYDAY=SU',
  from: '02:00',
  to: '04:00',
};
const fridays = { name: 'Friday afternoon', zone: 'Europe/Berlin', repeat: 'FREQ=WEEKLY;BYDAY=FR', from: '12:00' };
const holidays = { name: 'holidays', zone: 'Europe/Berlin', dates: ['2026-12-24/2026-12-26', '2027-01-01'] };

describe('whether rollouts may go on', () => {
  test.each([
    ['always, without a calendar', written([]), '2026-03-06T12:00:00Z', { open: true }],
    [
      'in the window, until it ends',
      written([maintenance]),
      '2026-03-07T18:00:00Z',
      { open: true, until: new Date('2026-03-07T20:00:00Z') },
    ],
    [
      'not when it has just ended, and again a week later',
      written([maintenance]),
      '2026-03-07T20:00:00Z',
      { open: false, kind: 'window', opensAt: new Date('2026-03-14T18:00:00Z') },
    ],
    [
      'until Friday noon by the clock on the wall, also after it was put forward',
      written([], [fridays]),
      '2026-04-03T09:59:59Z',
      { open: true, until: new Date('2026-04-03T10:00:00Z') },
    ],
    [
      'not in a freeze, up to midnight there',
      written([], [fridays]),
      '2026-04-03T10:00:00Z',
      { open: false, kind: 'freeze', opensAt: new Date('2026-04-03T22:00:00Z') },
    ],
    [
      'not in a window that a freeze covers',
      written([{ ...maintenance, zone: 'Europe/Berlin' }], [{ ...holidays, dates: ['2026-12-20'] }]),
      '2026-12-20T01:30:00Z',
      { open: false, kind: 'freeze', opensAt: new Date('2026-12-27T01:00:00Z') },
    ],
    [
      'not on a holiday, nor on those beside it',
      written([], [holidays]),
      '2026-12-25T12:00:00Z',
      { open: false, kind: 'freeze', opensAt: new Date('2026-12-26T23:00:00Z') },
    ],
    [
      'not before a window that opens only in months',
      written([{ ...maintenance, zone: 'UTC', repeat: 'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1' }]),
      '2026-03-01T12:00:00Z',
      { open: false, kind: 'window', opensAt: new Date('2026-11-01T02:00:00Z') },
    ],
    [
      'never, where the rule names no day that exists',
      written([{ ...maintenance, repeat: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }]),
      '2026-03-01T12:00:00Z',
      { open: false, kind: 'window', opensAt: undefined },
    ],
    [
      'through a window from one day to the next',
      written([{ ...maintenance, zone: 'UTC', from: '22:00', to: '03:00' }]),
      '2026-03-02T01:00:00Z',
      { open: true, until: new Date('2026-03-02T03:00:00Z') },
    ],
    [
      'for so many hours, whatever the clock on the wall does meanwhile',
      written([{ ...maintenance, zone: 'Europe/Berlin', from: '00:00', to: undefined, for: '4h' }]),
      '2026-03-29T02:00:00Z',
      { open: true, until: new Date('2026-03-29T03:00:00Z') },
    ],
    [
      'also where the clocks jump over its beginning',
      written([{ ...maintenance, zone: 'Europe/Berlin', from: '02:30', to: '05:00' }]),
      '2026-03-29T01:30:00Z',
      { open: true, until: new Date('2026-03-29T03:00:00Z') },
    ],
  ])('%s', async (_, calendar, at, expected) => {
    expect(await openness(calendar, new Date(at))).toMatchObject(expected);
  });

  test('says which freeze it is, and when it ends', async () => {
    const state = await openness(written([], [holidays]), new Date('2026-12-25T12:00:00Z'));

    expect(state.open ? '' : state.reason).toBe(
      'freeze "holidays" is in force; rollouts may go on at 2026-12-26T23:00:00.000Z',
    );
  });

  test('asks for the file of an entry that was never read', async () => {
    const calendar = written([], [{ name: 'holidays', zone: 'UTC', calendar: 'holidays.ics' }]);

    await expect(openness(calendar, new Date(0))).rejects.toThrow('holidays.ics of "holidays" was not read');
  });
});

describe('a stage', () => {
  test('has the entries that name it, or none', async () => {
    const calendar = written([{ ...maintenance, stages: ['production'] }], [holidays]);

    expect(await openness(calendarOfStage(calendar, 'staging'), new Date('2026-03-01T00:00:00Z'))).toMatchObject({
      open: true,
    });
    expect(await openness(calendarOfStage(calendar, 'production'), new Date('2026-03-01T00:00:00Z'))).toMatchObject({
      open: false,
      kind: 'window',
    });
  });
});

describe('what a rollout keeps', () => {
  test('leaves out the days that are over or far ahead, and changes nothing that it meets', async () => {
    const now = new Date('2026-12-20T00:00:00Z');
    const calendar = written(
      [],
      [{ ...holidays, dates: ['2025-12-24', '2026-12-19', '2026-12-24/2026-12-26', '2028-01-01'] }],
    );
    const kept = calendarFrom(calendar, now);

    expect(kept.freezes?.[0]?.dates).toEqual(['2026-12-19', '2026-12-24/2026-12-26']);
    for (let hour = 0; hour < 20 * 24; hour += 1) {
      const at = new Date(now.getTime() + hour * 3_600_000);
      expect((await openness(kept, at)).open).toBe((await openness(calendar, at)).open);
    }
  });
});

describe('whether a rollout fits', () => {
  const now = new Date('2026-03-02T00:00:00Z');

  test('is told by the first time that is long enough', async () => {
    expect(await fitOf(written([maintenance]), 7200, now)).toEqual({
      startsAt: new Date('2026-03-07T18:00:00Z'),
      longestSeconds: 7200,
    });
  });

  test('is never, where all of them are shorter', async () => {
    expect(await fitOf(written([maintenance]), 7201, now)).toEqual({ startsAt: undefined, longestSeconds: 7200 });
    expect(await fitOf(written([{ ...maintenance, repeat: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }]), 1, now)).toEqual(
      {},
    );
  });
});
