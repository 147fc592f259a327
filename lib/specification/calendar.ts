import * as z from 'zod';
import { clockForm, datesForm, dayForm, endsOfDates } from './calendar-dates.ts';
import { wholeSeconds } from './quantity.ts';
import { recurrenceProblem } from './recurrence-rule.ts';
import { quote } from './text/plain-text.ts';

function isZone(name: string): boolean {
  try {
    // An offset is no zone: it knows no daylight saving.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** A day that is in the calendar, with a time where one is given. */
function isMoment(text: string): boolean {
  const [written = ''] = text.split('T');
  const read = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(written);
}

const dates = z
  .string('expected a day, or a first and a last one')
  .max(40, 'expected at most 40 characters')
  .superRefine((text, context) => {
    const [first, last] = endsOfDates(text);
    if (!datesForm.test(text) || !isMoment(first) || !isMoment(last)) {
      context.addIssue(
        `${quote(text)} is no day, expected 2026-12-25, 2026-12-24/2026-12-26 or 2026-11-27T12:00/2026-11-30T08:00`,
      );
    } else if (first.includes('T') && !text.includes('/')) {
      context.addIssue(`${quote(text)} has no end, expected one behind a slash`);
    } else if (last.includes('T') ? last <= first : last < first.slice(0, 10)) {
      context.addIssue(`${quote(text)} ends before it begins, expected the later moment behind the slash`);
    }
  });

/** Days of one entry. */
export const calendarDates = z
  .array(dates, 'expected a list of days')
  .min(1, 'expected at least one day')
  .max(400, 'expected at most 400 days');

const clockExpected = 'expected a time of day, 00:00 to 23:59';

/** One time of `windows` or `freezes`. */
export const calendarEntry = z
  .strictObject({
    name: z
      .string('expected a name')
      .regex(/^[^\p{C}]{1,60}$/u, 'expected a name of 1 to 60 characters')
      .meta({ kind: 'text', bounds: 'up to 60 characters', description: 'What messages call it' }),
    zone: z
      .string('expected an IANA time zone')
      .refine(isZone, {
        error: ({ input }) => `${quote(String(input))} is no IANA time zone, expected one such as Asia/Taipei`,
      })
      .meta({
        kind: 'IANA zone',
        description: 'The zone of its times. Daylight saving is heeded: 02:00 stays 02:00 by the clock on the wall',
      }),
    stages: z
      .array(z.string('expected the name of a stage').regex(/^[\w-]{1,40}$/, 'expected the name of a stage'))
      .min(1, 'expected at least one stage')
      .max(20, 'expected at most 20 stages')
      .optional()
      .meta({ bounds: '1 to 20 entries', description: 'The stages that it counts for. Without it: every stage' }),
    repeat: z.string('expected a recurrence rule').max(200, 'expected at most 200 characters').optional().meta({
      kind: 'RRULE of RFC 5545',
      bounds: 'up to 200 characters',
      description: 'The days on which it begins, such as `FREQ=WEEKLY;BYDAY=SU`',
    }),
    starting: z
      .string('expected a day')
      .regex(new RegExp(`^${dayForm}$`), 'expected a day such as 2026-01-04')
      .refine(isMoment, 'expected a day that exists')
      .optional()
      .meta({
        kind: 'day',
        description: 'The first day of the rule, where it counts days: with `INTERVAL` or `COUNT`',
      }),
    from: z
      .string(clockExpected)
      .regex(new RegExp(`^${clockForm}$`), clockExpected)
      .optional()
      .meta({ kind: 'time', description: 'When it begins on such a day. Without it: 00:00' }),
    to: z
      .string(clockExpected)
      .regex(new RegExp(`^(?:${clockForm}|24:00)$`), 'expected a time of day, 00:00 to 24:00')
      .optional()
      .meta({
        kind: 'time',
        description: 'When it ends; the next day, where that is not after `from`. Without it and `for`: 24:00',
      }),
    for: wholeSeconds({ min: 60, max: 31 * 86_400 })
      .optional()
      .describe('How long it lasts, in place of `to`: so many hours, whatever the clock on the wall does'),
    dates: calendarDates.optional().meta({
      bounds: '1 to 400 entries',
      description:
        'Days or moments in place of a rule: `2026-12-25`, `2026-12-24/2026-12-26` (both whole) or `2026-11-27T12:00/2026-11-30T08:00`',
    }),
    calendar: z
      .string('expected the name of a file')
      .regex(/^[^\p{C}]{1,300}$/u, 'expected the name of a file')
      .optional()
      .meta({
        kind: 'file',
        description:
          'An iCalendar file beside the spec, in place of a rule; `sluice apply` reads it and stores its days as `dates`',
      }),
  })
  .superRefine((given, context) => {
    const { repeat, starting } = given;
    const ways = (['repeat', 'dates', 'calendar'] as const).filter((way) => given[way] !== undefined);
    if (ways.length !== 1) {
      const said = ways.length === 0 ? 'it does not say when' : `it has ${ways.join(' and ')}`;
      context.addIssue({ code: 'custom', path: [], message: `${said}, expected one of repeat, dates and calendar` });
      return;
    }
    if (repeat === undefined) {
      const lost = (['starting', 'from', 'to', 'for'] as const).find((name) => given[name] !== undefined);
      if (lost === undefined) return;
      context.addIssue({ code: 'custom', path: [lost], message: `${lost} goes with repeat, expected it nowhere else` });
      return;
    }
    if (given.to !== undefined && given.for !== undefined) {
      context.addIssue({ code: 'custom', path: ['for'], message: 'it has to and for, expected one of them' });
    }
    const problem = recurrenceProblem(repeat, starting !== undefined);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', path: ['repeat'], message: `${quote(repeat)} ${problem}` });
  });

const entries = (what: string) =>
  z.array(calendarEntry, `expected a list of ${what}`).max(20, `expected at most 20 ${what}`);

/** The fields of a spec that say when its rollouts may go on. None has a default: every write of a rollout's state would be paid for it. */
export const calendarFields = {
  windows: entries('windows').optional().meta({
    bounds: 'up to 20 entries',
    description:
      'When a rollout may start and shift traffic. Without any: always, except in a freeze. See [calendar](calendar.md)',
  }),
  freezes: entries('freezes').optional().meta({
    bounds: 'up to 20 entries',
    description: 'When no rollout may start or shift traffic, also in a window. See [calendar](calendar.md)',
  }),
  atWindowEnd: z
    .enum(['hold', 'finish', 'rollBack'], 'expected hold, finish or rollBack')
    .optional()
    .describe(
      'What a rollout with traffic does when its window ends or a freeze begins: `hold` keeps its weight until it may go on, up to `timeouts.calendar`; `finish` goes on; `rollBack` goes back. A step under way may end its bake. Without it: `hold`',
    ),
};

/** One entry of `windows` or `freezes`. */
export type CalendarEntry = z.output<typeof calendarEntry>;

/** When the rollouts of a service may go on. */
export interface Calendar {
  readonly windows?: readonly CalendarEntry[] | undefined;
  readonly freezes?: readonly CalendarEntry[] | undefined;
}
