import { describe, expect, test } from '@jest/globals';
import { recurrenceProblem } from '../../lib/specification/recurrence-rule.ts';
import { calendarFields } from '../../lib/specification/calendar.ts';

const rule = { name: 'Sundays', zone: 'Asia/Taipei', repeat: 'FREQ=WEEKLY;BYDAY=SU', from: '02:00', to: '04:00' };
const said = (entry: unknown) =>
  calendarFields.windows
    .safeParse([entry])
    .error?.issues.map(({ path, message }) => [path.join('.'), message].join(': '));

describe('a recurrence rule', () => {
  test.each([
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=SU',
    'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU;WKST=SU',
    'FREQ=MONTHLY;BYDAY=-1FR',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25,26',
    'FREQ=YEARLY;BYWEEKNO=1,52;BYDAY=MO;UNTIL=20301231',
  ])('%s names its days by itself', (text) => {
    expect(recurrenceProblem(text, false)).toBeUndefined();
  });

  test.each([
    ['', 'has ""'],
    ['every sunday', 'has "every sunday"'],
    ['BYDAY=SU', 'has no FREQ'],
    ['FREQ=HOURLY', 'expected a value of RFC 5545: DAILY, WEEKLY, MONTHLY or YEARLY'],
    ['FREQ=WEEKLY;BYDAY=SU;BYHOUR=3', 'has "BYHOUR=3"'],
    ['FREQ=WEEKLY;BYDAY=SUN', 'has "BYDAY=SUN"'],
    ['FREQ=WEEKLY;BYDAY=SU;BYDAY=MO', 'has BYDAY twice'],
    ['FREQ=WEEKLY;BYDAY=1SU', 'has a numbered BYDAY'],
    ['FREQ=YEARLY;BYWEEKNO=3;BYDAY=1SU', 'has a numbered BYDAY beside BYWEEKNO'],
    ['FREQ=WEEKLY;BYDAY=SU;BYMONTHDAY=1', 'has BYMONTHDAY, which FREQ=WEEKLY does not take'],
    ['FREQ=MONTHLY;BYDAY=SU;BYWEEKNO=1', 'has BYWEEKNO, which needs FREQ=YEARLY'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'has BYSETPOS alone'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20261231', 'has COUNT and UNTIL'],
    ['FREQ=DAILY;UNTIL=20261231T120000Z', 'as a date such as 20261231'],
    ['FREQ=WEEKLY', 'does not say which days are meant, expected BYDAY, or `starting`'],
    ['FREQ=YEARLY;BYMONTH=5', 'does not say which days are meant'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU', 'has INTERVAL, which counts from a first day; add `starting`'],
    ['FREQ=DAILY;COUNT=3', 'has COUNT, which counts from a first day'],
  ])('%s is refused', (text, problem) => {
    expect(recurrenceProblem(text, false)).toContain(problem);
  });

  test.each(['FREQ=WEEKLY', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU', 'FREQ=DAILY;COUNT=3'])(
    '%s may count from a first day',
    (text) => {
      expect(recurrenceProblem(text, true)).toBeUndefined();
    },
  );
});

describe('an entry of a calendar', () => {
  test.each([
    ['no zone', { ...rule, zone: 'Taipei' }, '0.zone: "Taipei" is no IANA time zone'],
    ['an offset', { ...rule, zone: '+08:00' }, '0.zone: "+08:00" is no IANA time zone'],
    ['nothing that says when', { ...rule, repeat: undefined }, '0: it does not say when'],
    ['two ways', { ...rule, dates: ['2026-12-25'] }, '0: it has repeat and dates'],
    [
      'times beside days',
      { name: 'x', zone: 'UTC', dates: ['2026-12-25'], from: '02:00' },
      '0.from: from goes with repeat',
    ],
    ['two ends', { ...rule, for: '2h' }, '0.for: it has to and for'],
    ['a time that is none', { ...rule, from: '24:00' }, '0.from: expected a time of day'],
    ['a day that is none', { ...rule, starting: '2026-02-30' }, '0.starting: expected a day that exists'],
    ['dates that are none', { name: 'x', zone: 'UTC', dates: ['2026-02-30'] }, '0.dates.0: "2026-02-30" is no day'],
    ['a moment without an end', { name: 'x', zone: 'UTC', dates: ['2026-02-03T10:00'] }, 'has no end'],
    [
      'an end before the beginning',
      { name: 'x', zone: 'UTC', dates: ['2026-02-03/2026-02-02'] },
      'ends before it begins',
    ],
  ])('with %s is refused', (_, entry, problem) => {
    expect(said(entry)?.join('; ')).toContain(problem);
  });

  test('may be a rule, days or a file', () => {
    const days = { name: 'launch', zone: 'UTC', dates: ['2026-11-27T12:00/2026-11-30T08:00', '2026-12-24/2026-12-26'] };

    expect([rule, days, { name: 'holidays', zone: 'UTC', calendar: 'holidays.ics' }].map(said)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
