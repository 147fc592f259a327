import type { RolloutStore, StoredRollout } from '../../ports/rollout-store.ts';

/**
 * A rollout that somebody was told of, so that it must be in the record.
 * @param purpose what it is wanted for, as it goes on after the rollout's id
 * @throws Error where it is not there
 */
export async function knownRollout(
  store: Pick<RolloutStore, 'load'>,
  rolloutId: string,
  purpose = '',
): Promise<StoredRollout> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) throw new Error(`There is no rollout ${rolloutId}${purpose}; was the table replaced?`);
  return stored;
}
