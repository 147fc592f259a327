import * as z from 'zod';
import { decider, deciderOf } from '../decider.ts';
import { int, number, optionalText, text, time } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** Windows, a freeze or a stop keep a rollout from its next step. Green has its share meanwhile, and is judged on. */
const calendarHeld = defineEvent({
  type: 'CalendarHeld',
  marksChange: 'between',
  short: 'held by the calendar',
  run: ['override {rollout} --as "<your name>" --reason "<why>"'],
  when: 'a step gets no traffic yet, because of a window, a freeze or a stop',
  detail: z.object({
    step: int,
    /** `window`, `freeze`, `stop`, or `unknown` where the record of a stop cannot be read. */
    kind: text,
    reason: text,
    /** When it may go on, as far as that is known. */
    opensAt: optionalText,
    /** When it is rolled back. */
    until: time,
  }),
  allowedIn: ['shifting'],
  severity: 'warning',
  opens: true,
  evolve: ({ calendarHold }, { kind, until }, at) => ({
    calendarHold: { since: calendarHold?.since ?? at, kind, until },
  }),
  says: ({ step, reason, until }) => `Step ${step + 1} gets no traffic yet, until ${until} at the latest: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ opensAt, until }, { state: { rolloutId }, stage }) =>
    `${opensAt === undefined ? 'It goes on when it may' : `It goes on at ${opensAt}`}; at ${until} it is rolled back. Another person than its requester may let it go on now: sluice override ${rolloutId} --stage ${stage}`,
});

const calendarOpened = defineEvent({
  type: 'CalendarOpened',
  when: 'it may go on again',
  detail: z.object({ step: int, seconds: number }),
  allowedIn: ['shifting'],
  severity: 'info',
  inHead: true,
  closes: ['CalendarHeld'],
  evolve: ({ calendarHeldMs = 0 }, { seconds }) => ({
    calendarHold: undefined,
    planned: undefined,
    calendarHeldMs: calendarHeldMs + seconds * 1000,
  }),
  says: ({ step, seconds }) => `After ${seconds} s the rollout may go on with step ${step + 1}.`,
  why: [
    'No stop and no freeze is in force, and a window is open where the spec has any; or a second person lets it go on.',
  ],
  next: 'The step gets its traffic.',
});

const calendarOverridden = defineEvent({
  type: 'CalendarOverridden',
  deed: 'overrode the calendar',
  when: 'a second person lets a rollout go on in spite of a window, a freeze or a stop',
  detail: z.object(decider),
  allowedIn: ['checking', 'provisioning', 'verifying', 'shifting', 'baking'],
  aside: true,
  severity: 'warning',
  closes: ['CalendarHeld'],
  evolve: ({ commands = 0 }, { by }, at) => ({ calendarOverride: { by, at }, commands: commands + 1 }),
  says: ({ by, how, reason }) =>
    `${deciderOf(by, how)} lets it go on despite windows, freezes and stops${reason === undefined ? '.' : `: ${reason}`}`,
  why: ({ reason }) => (reason === undefined ? [] : [reason]),
  next: 'It goes on at its next evaluation. A stop that begins later holds it again.',
});

/** When a rollout may go on. */
export const calendar = [calendarHeld, calendarOpened, calendarOverridden] as const;
