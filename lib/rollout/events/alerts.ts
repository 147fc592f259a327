import * as z from 'zod';
import { flag, optionalFlag, optionalText, text, time } from '../event-shapes.ts';
import { wordsOfType } from '../../specification/text/words-of-type.ts';
import { defineEvent } from './define-event.ts';

/** What PagerDuty said of the alert of one need. */
const detail = z.object({
  /** Type of the event that opened the need. */
  need: text,
  /** Who did it, by their name in PagerDuty. */
  by: text,
  /** Whether that is a person: PagerDuty acts by itself, too, when a time ends. */
  person: flag,
  /** When it happened there. What is not newer than what was heard last changes nothing. */
  occurredAt: time,
  /** Id of PagerDuty's event. */
  heard: text,
  /** The page of the incident. */
  page: optionalText,
});

const alertAcknowledged = defineEvent({
  type: 'AlertAcknowledged',
  deed: 'acknowledged an alert',
  short: 'acknowledged in PagerDuty',
  when: 'a person acknowledged an incident in PagerDuty',
  detail,
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  says: ({ need, by }) => `${by} acknowledged "${wordsOfType(need)}" in PagerDuty.`,
  why: ({ page }) => incident(page),
  next: 'Its reminders have ended.',
});

const alertUnacknowledged = defineEvent({
  type: 'AlertUnacknowledged',
  short: 'no longer acknowledged',
  when: 'an acknowledgement in PagerDuty was taken back, or its time ended there',
  detail: detail.extend({
    /** Where its acknowledgement was not heard of: it says no more than how far PagerDuty was heard. */
    untaken: optionalFlag,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  severityOf: ({ untaken }) => (untaken === true ? 'info' : undefined),
  run: ['status {rollout}', 'notify take {rollout}'],
  says: ({ need, by, person }) =>
    person
      ? `${by} took back the acknowledgement of "${wordsOfType(need)}" in PagerDuty.`
      : `The acknowledgement of "${wordsOfType(need)}" ended in PagerDuty: its time was over.`,
  why: ({ page }) => incident(page),
  next: ({ untaken }) =>
    untaken === true
      ? 'Nobody had taken it there, so far as was heard: who took it in Sluice still has it, and otherwise reminders go on.'
      : 'It is open, and no person has taken it: its reminders begin again.',
});

const alertResolved = defineEvent({
  type: 'AlertResolved',
  deed: 'resolved an alert',
  short: 'resolved in PagerDuty',
  when: 'an incident was resolved in PagerDuty while its cause was still open',
  detail,
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  says: ({ need, by, person }) =>
    person
      ? `${by} resolved "${wordsOfType(need)}" in PagerDuty. What caused it is still open.`
      : `PagerDuty resolved "${wordsOfType(need)}" by itself. What caused it is still open.`,
  why: ({ page }) => incident(page),
  next: ({ person }) =>
    person
      ? 'Its reminders have ended.'
      : 'No person resolved it: who took it still has it, and otherwise reminders go on.',
});

/** What people did to alerts in PagerDuty. */
export const alerts = [alertAcknowledged, alertUnacknowledged, alertResolved] as const;

function incident(page: string | undefined): readonly string[] {
  return page === undefined ? [] : [`Its incident: ${page}`];
}
