import { servesAfter } from '../../rollout/closing.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { ImageRegistry, ImageSource } from '../../ports/image-registry.ts';
import type { RolloutStore, StoredRollout } from '../../ports/rollout-store.ts';
import { rolloutsLookedThrough } from './version-that-served.ts';

/** A version that served all traffic, and what is newer and was passed over. */
export interface KnownGood {
  readonly digest: string;
  /** The rollout whose record shows that it served. */
  readonly rolloutId: string;
  /** Newer versions that served, each with the reason why it is not taken. */
  readonly passedOver: readonly string[];
}

interface Fact {
  readonly digest: string;
  readonly rolloutId: string;
  /** Why it is no way back; `undefined` where it served and nothing led away from it. */
  readonly because?: string;
}

/**
 * Returns the newest version of a service that served all traffic without being rolled back, and whose image is in the registry; the one
 * that serves now is left out. What the record shows last of a version counts: one that was rolled back and served later is good again.
 * @param tried digests that are left out, too
 * @returns the versions passed over alone, where none is left
 */
export async function lastKnownGood(
  service: string,
  source: ImageSource,
  { store, registry }: { readonly store: Pick<RolloutStore, 'list' | 'load'>; readonly registry: ImageRegistry },
  tried: readonly string[] = [],
): Promise<KnownGood | Pick<KnownGood, 'passedOver'>> {
  const listed = await store.list(service, rolloutsLookedThrough);
  const loaded = await Promise.all(listed.map(({ rolloutId }) => store.load(rolloutId)));
  const rollouts = loaded.filter((one) => one !== undefined);
  const serving = servingDigest(rollouts);
  const seen = new Set<string>();
  const passedOver: string[] = [];
  for (const { digest, rolloutId, because } of rollouts.flatMap(factsOf)) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    const why =
      because ??
      (tried.includes(digest) ? 'it was tried' : undefined) ??
      (digest === serving ? 'it serves now' : undefined) ??
      ((await registry.find(source, digest)) === undefined ? 'its image is gone from the registry' : undefined);
    if (why === undefined) return { digest, rolloutId, passedOver };
    passedOver.push(`${digest}: ${why}`);
  }
  return { passedOver };
}

/** What one rollout shows of versions, the latest first. A record that was changed outside of the product proves no version good. */
function factsOf({ state, altered }: StoredRollout): readonly Fact[] {
  const { rolloutId, image, blueDigest, phase, rollback } = state;
  const brought: readonly Fact[] =
    phase === 'rolledBack' || phase === 'rollingBack'
      ? [{ digest: image.digest, rolloutId, because: `${rolloutId} was rolled back` }]
      : phase === 'succeeded' && altered === undefined
        ? [{ digest: image.digest, rolloutId }]
        : [];
  if (blueDigest === undefined) return brought;
  if (rollback !== undefined && phase === 'succeeded')
    return [...brought, { digest: blueDigest, rolloutId, because: `a person went back from it with ${rolloutId}` }];
  return altered === undefined ? [...brought, { digest: blueDigest, rolloutId }] : brought;
}

/** What users get since the newest rollout that has ended; `undefined` where the record does not say. */
function servingDigest(rollouts: readonly StoredRollout[]): string | undefined {
  const newest: RolloutState | undefined = rollouts.map(({ state }) => state).find((state) => !isActive(state));
  if (newest === undefined) return undefined;
  const slot = servesAfter(newest);
  if (slot === undefined) return undefined;
  return slot === newest.green ? newest.image.digest : newest.blueDigest;
}
