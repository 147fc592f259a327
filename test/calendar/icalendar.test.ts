import { describe, expect, test } from '@jest/globals';
import { readICalendar } from '../../lib/calendar/icalendar.ts';

const now = new Date('2026-03-01T00:00:00Z');
const file = (...events: readonly (readonly string[])[]) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:STANDARD'],
    ...['DTSTART:19701025T030000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'END:STANDARD', 'END:VTIMEZONE'],
    ...events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');

describe('an iCalendar file', () => {
  test.each([
    ['a whole day', ['DTSTART;VALUE=DATE:20261225', 'TRANSP:TRANSPARENT'], ['2026-12-25']],
    ['several whole days', ['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227'], ['2026-12-24/2026-12-26']],
    ['days of a duration', ['DTSTART;VALUE=DATE:20261224', 'DURATION:P2D'], ['2026-12-24/2026-12-25']],
    [
      'a day of each year, as often as it lies ahead',
      ['DTSTART;VALUE=DATE:19900501', 'RRULE:FREQ=YEARLY'],
      ['2026-05-01', '2027-05-01'],
    ],
    [
      'all but what is excepted',
      ['DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=MONTHLY;UNTIL=20260901', 'EXDATE;VALUE=DATE:20260701,20260801'],
      ['2026-06-01', '2026-09-01'],
    ],
    [
      'a time in UTC, by the clock of the entry',
      ['DTSTART:20260710T200000Z', 'DTEND:20260711T013000Z'],
      ['2026-07-10T22:00/2026-07-11T03:30'],
    ],
    [
      'a time of another zone, after its clocks changed too',
      [
        'DTSTART;TZID="America/New_York":20261028T180000',
        'DTEND;TZID=America/New_York:20261028T190000',
        'RRULE:FREQ=WEEKLY;COUNT=2',
      ],
      ['2026-10-28T23:00/2026-10-29T00:00', '2026-11-05T00:00/2026-11-05T01:00'],
    ],
    [
      'what repeats until an instant',
      ['DTSTART;TZID=Europe/Berlin:20260701T090000', 'DURATION:PT1H30M', 'RRULE:FREQ=DAILY;UNTIL=20260702T070000Z'],
      ['2026-07-01T09:00/2026-07-01T10:30', '2026-07-02T09:00/2026-07-02T10:30'],
    ],
    [
      'folded lines and a value with a colon',
      ['SUMMARY:a long', '  text: with a colon', 'DTSTART;VALUE=DA', ' TE:20261225'],
      ['2026-12-25'],
    ],
    [
      'nothing of an alarm within it',
      ['DTSTART;VALUE=DATE:20261225', 'BEGIN:VALARM', 'DURATION:PT15M', 'END:VALARM'],
      ['2026-12-25'],
    ],
  ])('gives %s', async (_, event, dates) => {
    expect(await readICalendar(file(event), 'Europe/Berlin', now)).toEqual({ ok: true, dates });
  });

  test('gives neither what is cancelled nor what is over, and a moved day where it was moved to', async () => {
    const text = file(
      ['UID:1', 'DTSTART;VALUE=DATE:20260601', 'RRULE:FREQ=MONTHLY;COUNT=2'],
      ['UID:1', 'RECURRENCE-ID;VALUE=DATE:20260701', 'DTSTART;VALUE=DATE:20260703'],
      ['UID:2', 'DTSTART;VALUE=DATE:20260815', 'STATUS:CANCELLED'],
      ['UID:3', 'DTSTART;VALUE=DATE:20250815'],
    );

    expect(await readICalendar(text, 'Europe/Berlin', now)).toEqual({ ok: true, dates: ['2026-06-01', '2026-07-03'] });
  });

  test.each([
    ['a spec', 'service: web', 'is no iCalendar file'],
    ['half a file', file(['DTSTART;VALUE=DATE:20261225']).slice(0, -40), 'ends within a component'],
    ['a file of the past', file(['DTSTART;VALUE=DATE:20201225']), 'has no event within the next 2 years'],
    ['a zone of its own', file(['DTSTART;TZID=My Zone:20261225T100000']), 'has times of zone "My Zone"'],
    ['a day that is none', file(['DTSTART:tomorrow']), 'has DTSTART "tomorrow"'],
    [
      'a rule that is none',
      file(['DTSTART;VALUE=DATE:20261225', 'RRULE:FREQ=SOMETIMES']),
      'has the rule "FREQ=SOMETIMES"',
    ],
    ['a length that is none', file(['DTSTART;VALUE=DATE:20261225', 'DURATION:long']), 'has DURATION "long"'],
    ['more than a spec takes', file(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY']), 'expected at most 400'],
  ])('%s is refused with what is wrong', async (_, text, problem) => {
    const read = await readICalendar(text, 'Europe/Berlin', now);

    expect(read.ok ? '' : read.problem).toContain(problem);
  });
});
