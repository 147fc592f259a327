import * as z from 'zod';
import { delayEnded } from '../../rollout/delay.ts';
import { RecordAltered, RecordUnchecked } from '../../ports/record-altered.ts';
import { StaleWrite, type StoredRollout } from '../../ports/rollout-store.ts';
import { definitionOf, type RolloutEvent } from '../../rollout/events.ts';
import { knownRollout } from './known-rollout.ts';
import type { StateError } from './state-error.ts';
import type { Part } from '../../ports/world.ts';

/** What every state hands its function: which rollout, and by which right. */
export const ownedInput = z.object({ rolloutId: z.string().min(1), fence: z.int().min(1) });
export type OwnedInput = z.output<typeof ownedInput>;

/**
 * The rollout, if the caller still owns it.
 * @throws StaleWrite where somebody else took it over
 */
export async function ownedRollout({ store }: Part<'store'>, { rolloutId, fence }: OwnedInput): Promise<StoredRollout> {
  const stored = await knownRollout(store, rolloutId);
  if (stored.fence !== fence) {
    throw new StaleWrite(
      `Rollout ${rolloutId} was taken over (fence ${stored.fence}, this caller has ${fence}); its new owner goes on with it.`,
    );
  }
  return stored;
}

/**
 * The rollout, if the caller still owns it and its record is true: for what lets traffic in, or removes tasks. What puts users back
 * asks `ownedRollout`.
 * @throws RecordAltered where the record was changed outside of the product; RecordUnchecked where that is not known
 */
export async function trustedRollout(world: Part<'store'>, input: OwnedInput): Promise<StoredRollout> {
  const stored = await ownedRollout(world, input);
  assertTrue(stored);
  return stored;
}

/**
 * Checks that the state follows from the events.
 * @throws RecordAltered where the record was changed outside of the product; RecordUnchecked where that is not known
 */
export function assertTrue({ state: { rolloutId }, altered, unchecked }: StoredRollout): void {
  if (altered !== undefined) throw new RecordAltered(rolloutId, altered);
  if (unchecked !== undefined) throw new RecordUnchecked(rolloutId, unchecked);
}

/** Checks the right once more, right before a call that changes the world: the load balancer has no conditional write. */
export async function assertOwned(world: Part<'store'>, input: OwnedInput): Promise<void> {
  await ownedRollout(world, input);
}

/** How often people may get in between; each time costs a read and a write. */
const mostInterruptions = 10;

/**
 * Appends events with the present time. What people said meanwhile without moving the rollout (a pause, an approval) is no reason
 * to refuse what a state found out: the events go after theirs.
 */
export async function record(
  { store, now }: Part<'store' | 'now'>,
  from: StoredRollout,
  ...events: readonly RolloutEvent[]
): Promise<StoredRollout> {
  const ended = events.some((event) => definitionOf(event).progress === true) ? delayEnded(from.state, now()) : [];
  let current = from;
  for (let interruptions = 0; ; interruptions += 1) {
    try {
      return await store.append(current, [...ended, ...events], now().toISOString());
    } catch (error) {
      if (!(error instanceof StaleWrite) || interruptions === mostInterruptions) throw error;
      const newer = await store.load(from.state.rolloutId);
      if (newer?.fence !== from.fence) throw error;
      if (!(await onlyAsides({ store }, current))) throw error;
      current = newer;
    }
  }
}

async function onlyAsides({ store }: Part<'store'>, { state, sequence }: StoredRollout): Promise<boolean> {
  const since = await store.events(state.rolloutId, sequence);
  return since.length > 0 && since.every(({ event }) => definitionOf(event).aside === true);
}

/** Appends an event that can be true only once; a call that is repeated finds it in the record. */
export async function recordOnce(
  world: Part<'store' | 'now'>,
  from: StoredRollout,
  event: RolloutEvent,
): Promise<StoredRollout> {
  return from.state.happened?.[event.type] === undefined ? record(world, from, event) : from;
}

/**
 * Returns what marks a rollback of which it is not known whether its record is true: traffic goes back all the same, and people are paged.
 * @param error what a state failed with, where one did
 */
export function uncheckedMark({ unchecked }: StoredRollout, error?: StateError): { readonly unchecked?: true } {
  return unchecked !== undefined || error?.Error === 'RecordUnchecked' ? { unchecked: true } : {};
}

/** A decision to roll back, recorded; the state machine routes on the outcome. @param error what a state failed with, where one did */
export async function decideRollback(
  world: Part<'store' | 'now'>,
  from: StoredRollout,
  reason: string,
  gate?: string,
  error?: StateError,
): Promise<{ readonly outcome: 'rollBack' }> {
  const mark = uncheckedMark(from, error);
  await record(world, from, { type: 'RollbackRequested', reason, gate, by: 'the rollout', ...mark });
  return { outcome: 'rollBack' };
}
