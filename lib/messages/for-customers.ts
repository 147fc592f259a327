import type { RecordedEvent } from '../rollout/events.ts';
import type { Message } from './message.ts';

/** Returns a message as other teams get it: what is planned and when, without commands, links, people and internal names. */
export function forCustomers(message: Message): Message {
  return {
    ...message,
    ...{ who: '', links: [], isForCustomers: true, detail: {} },
    forPeople: { ...message.forPeople, commands: [] },
  };
}

/** Returns an event as other teams get it: why work is withdrawn may hold names, commands and errors, so a fixed sentence stands there. */
export function toldToCustomers<Recorded extends Pick<RecordedEvent, 'event'>>(recorded: Recorded): Recorded {
  const { event } = recorded;
  if (event.type !== 'PlannedWorkWithdrawn') return recorded;
  return { ...recorded, event: { ...event, reason: 'It does not take place then.' } };
}
