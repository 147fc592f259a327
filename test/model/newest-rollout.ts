import type { RolloutState } from '../../lib/rollout/state.ts';
import type { ModelWorld } from './model-world.ts';

/** Id of the rollout of the model's service that was opened last. */
export async function newestRolloutId({ store }: ModelWorld): Promise<string | undefined> {
  // Ids of one second are in no order.
  const [summary] = (await store.list('web', 9)).toSorted((a, b) => b.openedAt.localeCompare(a.openedAt));
  return summary?.rolloutId;
}

/** @throws Error where none was opened */
export async function newestRollout(world: ModelWorld): Promise<RolloutState> {
  const rolloutId = await newestRolloutId(world);
  const stored = rolloutId === undefined ? undefined : await world.store.load(rolloutId);
  if (stored === undefined) throw new Error('no rollout was opened');
  return stored.state;
}
