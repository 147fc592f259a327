import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/** More attempts than a service has within ten minutes. */
const mostRejected = 20;

/** Whether a rollout that has ended is the last one that changed its service: no other holds the lock, none came after it. */
export async function isNewest({ service, rolloutId }: RolloutState, { store }: Part<'store'>): Promise<boolean> {
  // The list may be a second behind; the lock is not.
  if ((await store.service(service)).lockedBy !== undefined) return false;
  // One that was rejected has changed nothing.
  const others = await store.list(service, mostRejected);
  return others.find(({ phase }) => phase !== 'rejected')?.rolloutId === rolloutId;
}
