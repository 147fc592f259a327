import { createHash } from 'node:crypto';
import type { StoredRollout } from '../ports/rollout-store.ts';
import type { ChainLink, RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { evolve, openedState } from '../rollout/state.ts';
import { canonicalJson } from './canonical-json.ts';
import { stateItem } from './dynamodb-items.ts';
import { KeptByText } from './kept-by-text.ts';

/** An event before it has a place in the chain, or as somebody may have written it: whatever its fields are, all of them count. */
export type Unlinked = Readonly<Record<string, unknown>> & { readonly chain?: Omit<ChainLink, 'hash'> | undefined };

type Opening = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** Stands in place of the hash before the first event of a rollout. */
export const beforeTheFirst = '';

/** Returns the SHA-256 of a JSON value in its canonical form, in hexadecimal digits. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Returns the hash of an event: over everything in it, the hash before it and that of the state after it included. */
export function eventHash({ chain, ...recorded }: Unlinked): string {
  // Whatever else stands in the link counts, but for the hash itself.
  const link = Object.fromEntries(
    Object.entries(chain ?? { previous: beforeTheFirst }).filter(([name]) => name !== 'hash'),
  );
  return hashOf({ ...recorded, chain: link });
}

/** What the machine's claim changes without an event, and the hash itself. */
const outsideTheHash: ReadonlySet<string> = new Set(['fence', 'claimedBy', 'fencedOffBy', 'head']);

interface HashedState {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly hash: string;
}
const hashedStates = new KeptByText<HashedState>();

/**
 * Returns the hash of a state's item as it stands in the table, without fence and claim. Items with the same contents are hashed
 * once: every load hashes the state that the last write made.
 */
export function stateHash(item: Readonly<Record<string, unknown>>): string {
  const fields = Object.fromEntries(Object.entries(item).filter(([name]) => !outsideTheHash.has(name)));
  const text = item['state'];
  const known = typeof text === 'string' ? hashedStates.get(text) : undefined;
  if (known !== undefined && haveSameTexts(known.fields, fields)) return known.hash;
  const hash = hashOf(fields);
  if (typeof text === 'string' && known === undefined) hashedStates.keep(text, { fields, hash });
  return hash;
}

/** Whether both have the same fields, none of which can be changed in place. */
function haveSameTexts(one: HashedState['fields'], other: HashedState['fields']): boolean {
  const isSame = ([name, value]: readonly [string, unknown]) => value === one[name] && typeof value !== 'object';
  return Object.keys(one).length === Object.keys(other).length && Object.entries(other).every(isSame);
}

/** Events that are ready to be written, and the rollout after them. */
export interface Appended {
  readonly next: StoredRollout;
  readonly recorded: readonly RecordedEvent[];
}

/** Returns the first event of a rollout, which begins its chain, and the rollout that follows from it. */
export function opened(rolloutId: string, event: Opening, at: string): Appended {
  const state = openedState(rolloutId, at, event);
  const after = { state, sequence: 1, fence: 1, chain: { head: beforeTheFirst } };
  return linked(after, [{ rolloutId, sequence: 1, at, event }]);
}

/**
 * Returns events with their sequence numbers, and the rollout that follows from them. In a rollout with a chain each event carries
 * the hash before it and its own, the last one the hash of the state besides. A rollout that was opened before there were chains
 * gets none. The first append that finds the record altered says so in an event of its own.
 * @throws IllegalTransition where the phase does not allow an event
 */
export function appended(from: StoredRollout, events: readonly RolloutEvent[], at: string): Appended {
  const { rolloutId } = from.state;
  let state = from.state;
  const plain: RecordedEvent[] = [];
  const { altered } = from;
  const news: readonly RolloutEvent[] =
    altered === undefined || state.altered !== undefined ? [] : [{ type: 'RecordAltered', what: altered }];
  for (const event of [...news, ...events]) {
    state = evolve(state, event, at);
    plain.push({ rolloutId, sequence: from.sequence + plain.length + 1, at, event });
  }
  return linked({ ...from, state, sequence: from.sequence + plain.length }, plain);
}

/** Returns events as links of the chain whose head the rollout carries so far, and the rollout with its new head. */
function linked(after: StoredRollout, plain: readonly RecordedEvent[]): Appended {
  const { chain, unchecked: _, altered: __, ...rest } = after;
  if (chain === undefined) return { next: rest, recorded: plain };
  const state = { ...after.state, chainedTo: after.sequence };
  const next: StoredRollout = { ...rest, state };
  const last = plain.length - 1;
  let { head } = chain;
  const recorded = plain.map((one, index) => {
    const link = { previous: head, ...(index === last && { state: stateHash(stateItem(next)) }) };
    head = eventHash({ ...one, chain: link });
    return { ...one, chain: { ...link, hash: head } };
  });
  const what = state.altered?.what;
  return { next: { ...next, chain: { head }, ...(what !== undefined && { altered: what }) }, recorded };
}
