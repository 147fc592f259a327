import type { RolloutEvent } from '../rollout/events.ts';
import type { Message } from './message.ts';

type StatusUpdate = Extract<RolloutEvent, { readonly type: 'IncidentUpdated' }>;

/**
 * Returns a status update as people outside of the team get it, and a public status page: its words, the incident and its level, whether
 * users are served again, and when the next one comes. No person, principal, image, rollout, command or link is in it.
 */
export function forStatusReaders(message: Message, { number, level, text, restored, nextBy }: StatusUpdate): Message {
  const served = restored === true;
  const incident = `${message.service}-incident-${String(number)}`;
  return {
    ...message,
    // Receivers group by these: the incident is what they know.
    ...{ rolloutId: incident, traceId: incident },
    ...{ image: '', who: '', why: [], links: [], ends: [], takes: [], isForCustomers: true },
    what: `Status of incident ${String(number)}, ${level}: ${text}${served ? ' Users are served again.' : ''}`,
    next: `The next update comes by ${nextBy}.`,
    forPeople: { headline: message.forPeople.headline, commands: [], users: '', gates: [], reasons: [] },
    detail: { number, level, text, restored: served, nextBy },
  };
}
