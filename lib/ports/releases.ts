import * as z from 'zod';
import type { RecordedReleaseEvent, ReleaseEvent, ReleaseOpened } from '../releases/release-events.ts';
import type { ReleaseState } from '../releases/release-state.ts';

/** A release as it is kept. */
export interface StoredRelease {
  readonly state: ReleaseState;
  /** Sequence of its newest event, which its next write depends on. */
  readonly sequence: number;
}

/** What keeps a service for a release: no other rollout of it opens, except rollbacks. */
export const hold = z
  .object({
    releaseId: z.string(),
    /** The rollout that the release opened last. */
    rolloutId: z.string().optional(),
  })
  .readonly();
export type Hold = z.output<typeof hold>;

export type OpenedRelease =
  | { readonly outcome: 'opened'; readonly stored: StoredRelease }
  /** A member is locked by a rollout, or held by another release: nothing was taken. */
  | { readonly outcome: 'busy' };

/** Refused because another writer was first: read again, then decide again. */
export class ConcurrentRelease extends Error {
  override readonly name = 'ConcurrentRelease';
}

/** One release in the list of those of a name. */
export const releaseSummary = z
  .object({ releaseId: z.string(), openedAt: z.string(), outcome: z.string().optional() })
  .readonly();
export type ReleaseSummary = z.output<typeof releaseSummary>;

export interface ReleaseStore {
  /** Opens a release and takes all its members, or none; the same release again is returned as it is. */
  open(event: ReleaseOpened, at: string): Promise<OpenedRelease>;
  /** Reads consistently. */
  load(releaseId: string): Promise<StoredRelease | undefined>;
  /**
   * Appends events and the state that follows, in one transaction. A release that ends lets its members go; one that goes back after
   * its end takes them again.
   * @throws ConcurrentRelease where another writer was first, or a member cannot be taken again
   */
  append(from: StoredRelease, events: readonly ReleaseEvent[], at: string): Promise<StoredRelease>;
  /** All events, in order. */
  events(releaseId: string): Promise<readonly RecordedReleaseEvent[]>;
  /** Sequence of the newest announced event; 0 before the first. */
  announcedUpTo(releaseId: string): Promise<number>;
  /** Moves the mark; to where it is, or before, changes nothing that matters: an event is announced once more at worst. */
  markAnnounced(releaseId: string, to: number): Promise<void>;
  /** Ids of the releases that have not ended. */
  active(): Promise<readonly string[]>;
  /** Those of a name, newest first. */
  list(release: string, atMost: number): Promise<readonly ReleaseSummary[]>;
}
