import type { RolloutStore } from '../../ports/rollout-store.ts';

/** How many rollouts back a version is looked for. */
export const rolloutsLookedThrough = 100;

/**
 * Id of the newest rollout whose record shows that a version served all traffic: as what it brought in, or as what served when
 * it opened; `undefined` where none of the newest rollouts shows it.
 */
export async function rolloutThatProves(
  service: string,
  digest: string,
  { store }: { readonly store: Pick<RolloutStore, 'list' | 'load'> },
): Promise<string | undefined> {
  const rollouts = await store.list(service, rolloutsLookedThrough);
  const broughtIn = rollouts.filter((rollout) => rollout.phase === 'succeeded' && rollout.digest === digest);
  for (const { rolloutId } of [...broughtIn, ...rollouts]) {
    const stored = await store.load(rolloutId);
    // The list is no proof, and neither is a record that was changed outside of the product, or that nobody could check.
    if (stored === undefined || stored.altered !== undefined || stored.unchecked !== undefined) continue;
    const { state } = stored;
    if (state.blueDigest === digest) return rolloutId;
    if (state.phase === 'succeeded' && state.image.digest === digest) return rolloutId;
  }
  return undefined;
}
