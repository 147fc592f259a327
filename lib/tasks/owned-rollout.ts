import * as z from 'zod';
import { StaleWrite, type StoredRollout } from '../ports/rollout-store.ts';
import type { RolloutEvent } from '../rollout/events.ts';
import type { Part } from './world.ts';

/** What every state hands its function: which rollout, and by which right. */
export const ownedInput = z.object({ rolloutId: z.string().min(1), fence: z.int().min(1) });
export type OwnedInput = z.output<typeof ownedInput>;

/**
 * The rollout, if the caller still owns it.
 * @throws StaleWrite where somebody else took it over
 */
export async function ownedRollout({ store }: Part<'store'>, { rolloutId, fence }: OwnedInput): Promise<StoredRollout> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) throw new Error(`There is no rollout ${rolloutId}; was the table replaced?`);
  if (stored.fence !== fence) {
    throw new StaleWrite(
      `Rollout ${rolloutId} was taken over (fence ${stored.fence}, this caller has ${fence}); its new owner goes on with it.`,
    );
  }
  return stored;
}

/** Checks the right once more, right before a call that changes the world: the load balancer has no conditional write. */
export async function assertOwned(world: Part<'store'>, input: OwnedInput): Promise<void> {
  await ownedRollout(world, input);
}

/** Appends events with the present time. */
export function record(
  { store, now }: Part<'store' | 'now'>,
  from: StoredRollout,
  ...events: readonly RolloutEvent[]
): Promise<StoredRollout> {
  return store.append(from, events, now().toISOString());
}

/** Appends an event that can be true only once; a call that is repeated finds it in the record. */
export async function recordOnce(
  world: Part<'store' | 'now'>,
  from: StoredRollout,
  event: RolloutEvent,
): Promise<StoredRollout> {
  return from.state.happened?.[event.type] === undefined ? record(world, from, event) : from;
}

/** A decision to roll back, recorded; the state machine routes on the outcome. */
export async function decideRollback(
  world: Part<'store' | 'now'>,
  from: StoredRollout,
  reason: string,
  gate?: string,
): Promise<{ readonly outcome: 'rollBack' }> {
  await record(world, from, { type: 'RollbackRequested', reason, gate, by: 'the rollout' });
  return { outcome: 'rollBack' };
}
