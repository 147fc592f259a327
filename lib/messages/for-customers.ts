import type { Message } from './message.ts';

/** Returns a message as other teams get it: what is planned and when, without commands, links, people and internal names. */
export function forCustomers(message: Message): Message {
  return {
    ...message,
    ...{ who: '', links: [], isForCustomers: true, detail: {} },
    forPeople: { ...message.forPeople, commands: [] },
  };
}
