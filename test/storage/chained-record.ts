import type { StoredRollout } from '../../lib/ports/rollout-store.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { appended, opened } from '../../lib/storage/chain.ts';
import { checkedAgainstHead } from '../../lib/storage/chain-check.ts';
import { eventItem, stateItem, storedRollout } from '../../lib/storage/dynamodb-items.ts';
import { chainFindings } from '../../lib/storage/verify-chain.ts';
import { openedEvent, oneStep, toFinishing } from '../contract/opened-event.ts';

/** Items of one rollout as the table has them: a test changes them as a person with write access would. */
export interface Items {
  readonly events: Map<number, Record<string, unknown>>;
  state: Record<string, unknown>;
}

export const rolloutId = 'web-1';
const start = Date.parse('2026-03-01T11:00:00.000Z');
const timeOf = (minute: number) => new Date(start + minute * 60_000).toISOString();

/** Writes what the store writes: an opening, and an append for each list of events. */
export function written(appends: readonly (readonly RolloutEvent[])[] = toFinishing.map((event) => [event])): Items {
  const items: Items = { events: new Map(), state: {} };
  const keep = ({ next, recorded }: ReturnType<typeof appended>): StoredRollout => {
    for (const one of recorded) items.events.set(one.sequence, stored(eventItem(one)));
    items.state = stored(stateItem(next));
    return next;
  };
  let rollout = keep(opened(rolloutId, openedEvent({ spec: oneStep }), timeOf(0)));
  for (const [index, events] of appends.entries()) rollout = keep(appended(rollout, events, timeOf(index + 1)));
  return items;
}

/** An item as DynamoDB gives it back: without fields that are undefined. */
export function stored(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

/** What reading the rollout says: the check of every load. */
export async function loaded({ events, state }: Items): Promise<StoredRollout> {
  const rollout = storedRollout(state);
  const found = await checkedAgainstHead(state, rollout, (sequence) => Promise.resolve(events.get(sequence)));
  return { ...rollout, ...found };
}

/** What the check of the whole record finds. */
export function findings({ events, state }: Items) {
  const texts = new Map([...events].map(([place, item]) => [place, String(item['recorded'])]));
  return chainFindings(rolloutId, texts, state);
}
