import { servesAfter } from '../../rollout/closing.ts';
import { isActive } from '../../rollout/phase.ts';
import { emergencyOf } from '../../rollout/urgent-return.ts';
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
  /** Why no rollback leads to it; `undefined` where it served and nothing led away from it. */
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
  const facts = rollouts.flatMap((rollout, index) => factsOf(rollout, rollouts.slice(index + 1)));
  for (const { digest, rolloutId, because } of facts) {
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

/**
 * What one rollout shows of versions, the latest first. A record that was changed outside of the product proves no version good.
 * @param older the rollouts before it, newest first: they tell what it went away from where nothing of that ran any more
 */
function factsOf({ state, altered }: StoredRollout, older: readonly StoredRollout[]): readonly Fact[] {
  const { rolloutId, image, blueDigest, phase, rollback, drill } = state;
  const hasGoneBack = (phase === 'rolledBack' || phase === 'rollingBack') && drill === undefined;
  const brought: readonly Fact[] = hasGoneBack
    ? [{ digest: image.digest, rolloutId, because: `${rolloutId} was rolled back` }]
    : phase === 'succeeded' && altered === undefined
      ? [{ digest: image.digest, rolloutId }]
      : [];
  if (rollback !== undefined && phase === 'succeeded') {
    const left = blueDigest ?? servingDigest(older);
    const because = `${emergencyOf(state) ?? 'a person'} went back from it with ${rolloutId}`;
    return left === undefined ? brought : [...brought, { digest: left, rolloutId, because }];
  }
  return blueDigest === undefined || altered !== undefined ? brought : [...brought, { digest: blueDigest, rolloutId }];
}

/**
 * What users get since the newest of the rollouts, or get again once that has gone back. Where no task of blue ran when it opened, the
 * rollouts before it say which version that was. `undefined` where the record does not say.
 */
function servingDigest([newest, ...older]: readonly StoredRollout[]): string | undefined {
  if (newest === undefined) return undefined;
  const { state } = newest;
  const slot = isActive(state) ? state.blue : servesAfter(state);
  if (slot === undefined) return undefined;
  return slot === state.green ? state.image.digest : (state.blueDigest ?? servingDigest(older));
}
