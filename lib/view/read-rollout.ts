import { hasSameSlots } from '../drivers/shapes/layout-of.ts';
import type { RolloutStore, RolloutSummary, StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import { readSides, type SlotReaders, unknownSides } from './live-sides.ts';
import type { ViewFacts } from './rollout-view.ts';

type Store = Pick<RolloutStore, 'load' | 'list' | 'spec' | 'events' | 'announcedUpTo'>;

/** What a view is read from. Nothing of it writes. */
export interface ViewReaders extends SlotReaders {
  readonly store: Store;
}

/** What is read of a rollout; what a view shows besides is where and when. */
export type ReadRollout = Omit<ViewFacts, 'stage' | 'now'>;

/** The pre-checks are among a rollout's first events, also where they ran once more after its approval. */
const firstEvents = 40;
/** Newest events that a view shows, and draws its series from. They come in one page of the table. */
const newestEvents = 100;
/** Rollouts that are looked through for the tag of the image that serves. */
const earlierRollouts = 20;

const notAsked = 'The slots were not asked for this answer. Load the page again.';

/**
 * Reads a rollout by its id, or the newest one of the service of that name; `undefined` where there is neither. Makes at most three
 * calls in a row, however long the record is.
 */
export async function readRollout(name: string, readers: ViewReaders): Promise<ReadRollout | undefined> {
  const { store } = readers;
  const [byId, ofService, applied] = await Promise.all([
    store.load(name),
    store.list(name, earlierRollouts),
    store.spec(name),
  ]);
  if (byId !== undefined) return readKnown(byId, store, readers);
  const newest = ofService[0];
  if (newest === undefined) return undefined;
  // The slots are asked by the spec in force, before the rollout's own is known: that saves a call in the row.
  const [stored, first, announcedUpTo, live] = await Promise.all([
    store.load(newest.rolloutId),
    store.events(newest.rolloutId, 0, firstEvents),
    store.announcedUpTo(newest.rolloutId),
    applied === undefined ? undefined : readSides(applied.spec, readers),
  ]);
  if (stored === undefined) return undefined;
  const isSame = applied !== undefined && live !== undefined && hasSameSlots(applied.spec, stored.state.spec);
  return {
    ...{ stored, first, announcedUpTo },
    newest: await newestOf(stored, first, store),
    live: isSame ? live : unknownSides('The spec in force names other slots; ask by the id of the rollout.'),
    fromTag: tagOf(stored, ofService),
  };
}

/** Reads again what changes while a rollout is watched; events that are known are not read again. */
export async function readAgain(former: ReadRollout, readers: ViewReaders, withLive: boolean): Promise<ReadRollout> {
  const { rolloutId, spec } = former.stored.state;
  const known = former.newest.at(-1)?.sequence ?? 0;
  const [stored, announcedUpTo, news, live] = await Promise.all([
    readers.store.load(rolloutId),
    readers.store.announcedUpTo(rolloutId),
    readers.store.events(rolloutId, known),
    withLive ? readSides(spec, readers) : former.live,
  ]);
  if (stored === undefined) throw new Error(`${rolloutId} is no longer in the record. Was the table replaced?`);
  const isComplete = former.first.length >= firstEvents;
  return {
    ...{ stored, announcedUpTo, live, fromTag: former.fromTag },
    first: isComplete ? former.first : [...former.first, ...news].slice(0, firstEvents),
    newest: [...former.newest, ...news].slice(-newestEvents),
  };
}

/**
 * Reads all that a view of a rollout shows besides its state, in calls at the same time.
 * @param sides what the slots are read by; without it they are not asked
 */
export async function readKnown(stored: StoredRollout, store: Store, sides?: SlotReaders): Promise<ReadRollout> {
  const { rolloutId, service, spec } = stored.state;
  const [first, newest, announcedUpTo, live, earlier] = await Promise.all([
    store.events(rolloutId, 0, firstEvents),
    store.events(rolloutId, Math.max(0, stored.sequence - newestEvents)),
    store.announcedUpTo(rolloutId),
    sides === undefined ? unknownSides(notAsked) : readSides(spec, sides),
    store.list(service, earlierRollouts),
  ]);
  return { ...{ stored, first, newest, announcedUpTo, live }, fromTag: tagOf(stored, earlier) };
}

async function newestOf(stored: StoredRollout, first: readonly RecordedEvent[], store: Store) {
  const after = Math.max(0, stored.sequence - newestEvents);
  if (stored.sequence <= first.length) return first;
  return store.events(stored.state.rolloutId, after);
}

/** What the image that serves is called, as far as the record knows. */
function tagOf({ state }: StoredRollout, earlier: readonly RolloutSummary[]): string | undefined {
  return earlier.find(({ digest, image }) => digest === state.blueDigest && image !== digest)?.image;
}
