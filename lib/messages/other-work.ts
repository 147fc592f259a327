import type { OtherWork } from '../rollout/events/define-event.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Message, Surroundings } from './message.ts';

/** Returns what a message says of work that has no record yet: its service's page says more of it than that of another rollout. */
export function aboutOther(
  { image }: OtherWork,
  { service }: Pick<RolloutState, 'service'>,
  { pagesUrl }: Surroundings,
): Pick<Message, 'image' | 'links' | 'standsAlone'> {
  const page = { text: 'See the service', url: `${pagesUrl ?? ''}/services/${service}` };
  return { image, links: pagesUrl === undefined ? [] : [page], standsAlone: true };
}

/** Returns a message as other teams get it: what is planned and when, without commands, links, people and internal names. */
export function forCustomers(message: Message): Message {
  return {
    ...message,
    ...{ who: '', links: [], isForCustomers: true, detail: {} },
    forPeople: { ...message.forPeople, commands: [] },
  };
}
