import { utcMinute } from '../../specification/text/utc-minute.ts';
import * as z from 'zod';
import { optionalText, text, time } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** What is planned; it stands in the record of the service's newest rollout, as it has none of its own yet. */
const plan = {
  /** The request that waits, or the rollout that the calendar holds. */
  of: text,
  image: text,
  requestedBy: text,
  startsAt: time,
} as const;

const plannedWorkAnnounced = defineEvent({
  type: 'PlannedWorkAnnounced',
  isPlan: true,
  short: 'planned work',
  run: ['waiting'],
  when: 'a rollout that waits for a window, or for the end of a freeze or a stop, begins or goes on within `announce` of the spec; and once more when that changes',
  detail: z.object({
    ...plan,
    /** When the calendar closes again, as far as that is known. */
    endsAt: optionalText,
    /** What was announced before, where this changes it. */
    before: z.object({ image: text, startsAt: text }).readonly().optional(),
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  ofService: true,
  evolve: (_, { of, image, startsAt, endsAt }) => ({ planned: { of, image, startsAt, endsAt } }),
  about: ({ image, requestedBy }) => ({ image, requestedBy }),
  says: ({ image, startsAt, endsAt, before }, { service }) => {
    const what = `traffic of ${service} moves to ${image} in steps from ${utcMinute(startsAt)} on`;
    const window = endsAt === undefined ? '.' : `; the window closes at ${utcMinute(endsAt)}.`;
    return before === undefined
      ? `Planned: ${what}${window}`
      : `Planned work has changed: ${what}${window} Announced before: ${before.image} at ${utcMinute(before.startsAt)}.`;
  },
  next: 'If it changes or does not take place, you are told.',
});

const plannedWorkWithdrawn = defineEvent({
  type: 'PlannedWorkWithdrawn',
  isPlan: true,
  short: 'planned work withdrawn',
  run: ['waiting'],
  when: 'work that was announced ahead does not take place at its time',
  detail: z.object({ ...plan, reason: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  ofService: true,
  evolve: () => ({ planned: undefined }),
  about: ({ image, requestedBy }) => ({ image, requestedBy }),
  says: ({ image, startsAt, reason }, { service }) =>
    `Planned work is withdrawn: ${service} does not get ${image} at ${utcMinute(startsAt)}: ${reason}`,
  why: ({ reason }) => [reason],
  next: 'Nothing has to be done. What is planned anew is announced anew.',
});

/** What the calendar lets happen later, told ahead. */
export const plannedWork = [plannedWorkAnnounced, plannedWorkWithdrawn] as const;
