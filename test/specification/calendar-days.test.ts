import { describe, expect, test } from '@jest/globals';
import { calendarDaysOf, withCalendarDays } from '../../lib/specification/calendar-days.ts';
import { defaultSpec } from '../model/model-world.ts';

const entry = { name: 'Holidays', zone: 'Europe/Berlin' };
const spec = defaultSpec({
  freezes: [
    { ...entry, dates: ['2026-12-25'] },
    { ...entry, calendar: 'holidays.ics' },
  ],
});
const days = { 'freezes.1': ['2026-12-24', '2026-12-26'] };

describe('days of calendar files', () => {
  test('go into the entries that name the files, and come out of them', () => {
    const whole = withCalendarDays(spec, days);

    expect(whole?.freezes?.map(({ dates }) => dates)).toEqual([['2026-12-25'], ['2026-12-24', '2026-12-26']]);
    expect(whole && calendarDaysOf(whole)).toEqual(days);
    expect(withCalendarDays(defaultSpec(), {})).toEqual(defaultSpec());
  });

  test.each([
    ['are missing', {}],
    ['are of an entry without a file', { ...days, 'freezes.0': ['2026-12-24'] }],
    ['are of no entry', { ...days, 'windows.0': ['2026-12-24'] }],
  ])('that %s make no spec', (_, given) => {
    expect(withCalendarDays(spec, given)).toBeUndefined();
  });
});
