import type { StoredRollout } from '../ports/rollout-store.ts';
import { evolve, openedState, type RolloutState } from '../rollout/state.ts';
import { beforeTheFirst, eventHash, hashOf, stateHash } from './chain.ts';
import { storedEvent } from './dynamodb-items.ts';
import { KeptByText } from './kept-by-text.ts';
import { isLink, rawEvent, type RawEvent, rawEventOf } from './raw-event.ts';
import { messageOf } from '../specification/text/message-of.ts';

type Item = Readonly<Record<string, unknown>>;
/** Reads the item of one event of the rollout; `undefined` where there is none. */
type ReadEvent = (sequence: number) => Promise<Item | undefined>;

/** What reading a rollout adds to it: the head of its chain, and what is wrong with its record. */
type Checked = Pick<StoredRollout, 'chain' | 'altered' | 'unchecked'>;

/**
 * Returns whether a state follows from the head of its rollout's chain. It reads the newest event alone, two more where an older
 * version of the product wrote into the rollout. What cannot be read is `unchecked`, never `altered`.
 */
export async function checkedAgainstHead(item: Item, stored: StoredRollout, read: ReadEvent): Promise<Checked> {
  const { chainedTo, altered } = stored.state;
  try {
    const checked = chainedTo === undefined ? await unchained(stored, read) : await chained(item, stored, read);
    return altered === undefined ? checked : { ...checked, altered: altered.what };
  } catch (error) {
    const head = item['head'];
    const unchecked = messageOf(error);
    return { unchecked, ...(typeof head === 'string' && { chain: { head } }) };
  }
}

/** A state without a chain belongs to a rollout whose first event has none. */
async function unchained({ sequence }: StoredRollout, read: ReadEvent): Promise<Checked> {
  const first = await read(1);
  if (first === undefined || !isLink(rawEvent(first)?.chain)) return {};
  const newest = await read(sequence);
  return { chain: { head: found(newest).hash }, altered: 'The state carries no hash chain, though event 1 does.' };
}

async function chained(item: Item, stored: StoredRollout, read: ReadEvent): Promise<Checked> {
  const { chainedTo = 0 } = stored.state;
  const { sequence } = stored;
  const newest = await read(chainedTo);
  const { event, hash: head } = found(newest);
  const altered = (what: string): Checked => ({ chain: { head }, altered: what });
  if (newest === undefined) return altered(`Event ${chainedTo} is missing.`);
  if (event?.sequence !== chainedTo || event.rolloutId !== stored.state.rolloutId) {
    return altered(`Another event stands in the place of event ${chainedTo}.`);
  }
  if (!isLink(event.chain)) return altered(`Event ${chainedTo} has lost its hash.`);
  if (event.chain.hash !== head) return altered(`Event ${chainedTo} was changed.`);
  if (chainedTo > sequence) return altered(`The state was put back behind event ${chainedTo}.`);
  if (chainedTo < sequence) return writtenByOlderVersion(stored, event, read);
  if (item['head'] !== head || event.chain.state !== stateHash(item)) {
    return altered(`The state does not follow from event ${chainedTo}.`);
  }
  return { chain: { head } };
}

/**
 * A version of the product without chains, such as an old command line, wrote the newest events: they carry no hash, and the state
 * kept its mark. The chain goes on behind them, over their contents, if the state follows from the events.
 */
async function writtenByOlderVersion(stored: StoredRollout, last: RawEvent, read: ReadEvent): Promise<Checked> {
  const { sequence, state } = stored;
  const items = await Promise.all(Array.from({ length: sequence }, (_, index) => read(index + 1)));
  let head = eventHash(last);
  for (let number = last.sequence + 1; number <= sequence; number += 1) {
    const item = items[number - 1];
    const event = item && rawEvent(item);
    if (event === undefined) return { chain: { head }, altered: `Event ${number} is missing.` };
    head = eventHash({ ...event, chain: { previous: head } });
    if (event.chain !== undefined) {
      return { chain: { head }, altered: `Event ${number} was written without the state that follows from it.` };
    }
  }
  // What an older version writes, this one can read and fold: what it cannot was put there by nobody who wrote a state for it.
  const follows = privilegedBy(items) === hashOf(privileged(state));
  return follows ? { chain: { head } } : { chain: { head }, altered: 'The state does not follow from the events.' };
}

/** Returns the hash of what lets traffic in, by the events alone; `undefined` where they give no state. */
function privilegedBy(items: readonly (Item | undefined)[]): string | undefined {
  try {
    return hashOf(privileged(folded(items)));
  } catch {
    return undefined;
  }
}

/** What lets traffic in, or says where it goes; the rest may be folded otherwise by another version. */
function privileged(state: RolloutState | undefined): unknown {
  if (state === undefined) return undefined;
  const { phase, approval, image, spec, blue, green, restorePlan, step, weight, rollback } = state;
  return { phase, approval, image, spec, blue, green, restorePlan, step, weight, rollback };
}

function folded(items: readonly (Item | undefined)[]): RolloutState | undefined {
  let state: RolloutState | undefined;
  for (const item of items) {
    if (item === undefined) return undefined;
    const { rolloutId, at, event } = storedEvent(item);
    if (state !== undefined) state = evolve(state, event, at);
    else if (event.type === 'RolloutOpened') state = openedState(rolloutId, at, event);
  }
  return state;
}

interface Found {
  readonly event?: RawEvent;
  /** Of the event as it stands there, true or not: the chain goes on over it, so that what is wrong stays visible. */
  readonly hash: string;
}
const nothing: Found = { hash: beforeTheFirst };
/** The newest event is read at each load. */
const hashedEvents = new KeptByText<Found>();

/** Returns the event in an item and its hash; the same text is read and hashed once. */
function found(item: Item | undefined): Found {
  const text = item?.['recorded'];
  if (typeof text !== 'string') return nothing;
  const known = hashedEvents.get(text);
  if (known !== undefined) return known;
  const event = rawEventOf(text);
  return hashedEvents.keep(text, event === undefined ? nothing : { event, hash: eventHash(event) });
}
