import * as z from 'zod';
import { slotName } from '../rollout/event-shapes.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { phase } from '../rollout/phase.ts';
import type { SpecProposal } from '../rollout/spec-proposal.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Attestations } from './attestations.ts';
import type { UnsettledRollouts } from './unsettled.ts';
import type { Hold } from './releases.ts';
import type { Maintenances } from './maintenances.ts';
import type { PlannedWorks } from './planned-works.ts';
import type { Stops } from './stops.ts';
import type { WaitingRequests } from './waiting.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { drillKinds } from '../specification/drills.ts';
import { storedSpec } from '../specification/stored-spec.ts';

/** A rollout as it is kept, with what guards its next write. */
export interface StoredRollout {
  readonly state: RolloutState;
  /** Sequence of its newest event. */
  readonly sequence: number;
  /** Grows each time somebody takes the rollout over; a writer with an older one is refused. */
  readonly fence: number;
  /** ARN of the execution that rolls it back, or did when it ended. */
  readonly claimedBy?: string | undefined;
  /** The hash of the newest event; absent in rollouts that were opened by a version without chains. */
  readonly chain?: { readonly head: string } | undefined;
  /** What was changed in its record outside of the product, in one sentence. */
  readonly altered?: string | undefined;
  /** Why it is not known whether its state follows from its events. */
  readonly unchecked?: string | undefined;
}

/** The former blue, kept for a quick rollback. */
export const retention = z
  .object({
    rolloutId: z.string(),
    slot: slotName,
    /** What its tasks run; a slot that runs something else was taken over by others. */
    digest: z.string().optional(),
    keptUntil: z.string(),
  })
  .readonly();
export type Retention = z.output<typeof retention>;

export interface ServiceRecord {
  /** The rollout that holds the service's lock. */
  readonly lockedBy: string | undefined;
  readonly retention: Retention | undefined;
  /** The release that keeps the service for itself, also while no rollout of it runs. */
  readonly hold?: Hold | undefined;
}

/** One version of a service's spec. */
export const specVersion = z
  .object({ version: z.number(), spec: storedSpec, appliedBy: z.string(), appliedAt: z.string() })
  .readonly();
export type StoredSpec = z.output<typeof specVersion>;

/** One rollout in the list of a service. */
export const rolloutSummary = z
  .object({
    rolloutId: z.string(),
    phase,
    image: z.string(),
    /** Absent in older records. */
    digest: z.string().optional(),
    openedAt: z.string(),
    /** It is a rehearsal with the version that serves. */
    drill: z.enum(drillKinds).optional(),
    /** What its sides run, so that it can be looked up at once; absent in older records, and green's until it is deployed. */
    runs: z
      .object({ blue: slotName, blueTaskDefinition: z.string(), greenTaskDefinition: z.string().optional() })
      .readonly()
      .optional(),
  })
  .readonly();
export type RolloutSummary = z.output<typeof rolloutSummary>;

/** What the specs in force name that no two services may share. */
export interface HoldersOfPlaces {
  /** Grows with every spec that is stored, of whatever service. */
  readonly revision: number;
  readonly holders: readonly {
    readonly service: string;
    /** Keys of `heldPlaces`. */
    readonly holds: readonly string[];
  }[];
}

export type OpenOutcome =
  | { readonly outcome: 'opened'; readonly stored: StoredRollout }
  | { readonly outcome: 'busy'; readonly lockedBy: string };

/** Refused because somebody else took the rollout over, or wrote first. */
export class StaleWrite extends Error {
  override readonly name: string = 'StaleWrite';
}

/** Refused because somebody wrote first who took nothing over: the same owner may read again and write. */
export class ConcurrentWrite extends StaleWrite {
  override readonly name = 'ConcurrentWrite';
}

export interface RolloutStore
  extends WaitingRequests, UnsettledRollouts, Stops, Attestations, Maintenances, PlannedWorks {
  /**
   * Opens a rollout and takes the service's lock, all or nothing; the same rollout again is returned as it is. One that goes back
   * to a kept version is opened only while that very retention holds; the lock keeps it from then on. One of a release is opened only
   * while that release holds the service, any other one only while none does; rollbacks are held up by no release.
   * @throws Error where others ended the retention, another rollout or a release at the same time: open it again
   */
  open(rolloutId: string, event: Extract<RolloutEvent, { type: 'RolloutOpened' }>, at: string): Promise<OpenOutcome>;
  /** Reads consistently. */
  load(rolloutId: string): Promise<StoredRollout | undefined>;
  /**
   * Appends events and the state that follows, in one transaction; an event that ends the rollout releases the lock, and a
   * success writes the retention; a deployment to the kept version's slot, or a rollback, ends it.
   * @throws StaleWrite where the fence moved on; ConcurrentWrite where only the sequence did; IllegalTransition where the phase does not allow an event
   */
  append(from: StoredRollout, events: readonly RolloutEvent[], at: string): Promise<StoredRollout>;
  /** Events after a sequence, in order; all of them, or the first so many. */
  events(rolloutId: string, afterSequence: number, atMost?: number): Promise<readonly RecordedEvent[]>;
  /** The newest events, in order; at most so many, which come in one answer of the table. */
  newestEvents(rolloutId: string, atMost: number): Promise<readonly RecordedEvent[]>;
  /** Sequence of the newest announced event; 0 before the first. */
  announcedUpTo(rolloutId: string): Promise<number>;
  /** Moves the mark; false where somebody else moved it meanwhile. */
  markAnnounced(rolloutId: string, from: number, to: number): Promise<boolean>;
  service(name: string): Promise<ServiceRecord>;
  /** Ends a retention if it is still this one; false where another rollout took the slot. */
  endRetention(service: string, rolloutId: string): Promise<boolean>;
  spec(service: string): Promise<StoredSpec | undefined>;
  /**
   * Stores the next version of a service's spec; no version is ever written over.
   * @param follows the version that has to be in force, 0 where none may be; by default the one that is
   * @param amid the revision of all specs by which this one was judged; by default the one that is
   * @throws StaleWrite where another version is in force, or is stored at the same time; ConcurrentWrite where only a spec of another
   *   service was stored meanwhile
   */
  putSpec(spec: RolloutSpec, appliedBy: string, at: string, follows?: number, amid?: number): Promise<StoredSpec>;
  /**
   * What the specs in force of all services name. Reads consistently.
   * @param unreadable `skipped` for who may go on without what cannot be read; by default that is an error
   */
  holders(unreadable?: 'skipped'): Promise<HoldersOfPlaces>;
  /** The newest spec that waited for approval; it may be void, or in force, by now. */
  specProposal(service: string): Promise<SpecProposal | undefined>;
  /**
   * Writes what waits for approval over the former revision, or over nothing where its revision is 1.
   * @throws StaleWrite where another revision is there
   */
  putSpecProposal(proposal: SpecProposal): Promise<void>;
  /** Applied versions of a service's spec, newest first. */
  specVersions(service: string, atMost: number): Promise<readonly StoredSpec[]>;
  /** One applied version; `undefined` where there is none of that number. */
  specVersion(service: string, version: number): Promise<StoredSpec | undefined>;
  /** Names of the services whose current spec takes its image from a repository. */
  servicesOf(repository: string): Promise<readonly string[]>;
  /** Names of all services that have a spec. */
  services(): Promise<readonly string[]>;
  /** Newest first. */
  list(service: string, atMost: number): Promise<readonly RolloutSummary[]>;
}
