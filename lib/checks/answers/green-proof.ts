import type { Entrance } from '../../drivers/traffic-router.ts';
import { expectedVersion } from '../../rollout/shown-version.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** An answer names the version that gave it. */
export interface VersionProof {
  readonly by: 'version';
  readonly verify: NonNullable<RolloutSpec['verify']>;
  readonly expected: string;
}

/** What is to prove that green answered. */
export type Proof = VersionProof | { readonly by: 'requests' | 'targetHealth' };

type Facts = Pick<RolloutState, 'spec' | 'image' | 'rollback' | 'blueDigest'>;

/**
 * What proves that green answered. A version that comes back in haste was verified in its own rollout, and users wait for it: its targets'
 * health is enough. Where green and blue run the same image, no version in an answer tells them apart.
 */
export function proofOf(
  { spec, image, rollback, blueDigest }: Facts,
  { isInternal }: Pick<Entrance, 'isInternal'>,
): Proof {
  const { verify, url } = spec;
  if (isUrgent(rollback)) return { by: 'targetHealth' };
  if (verify?.header !== undefined || verify?.bodyField !== undefined) {
    const expected = expectedVersion(verify, image);
    const isTelling = expected !== undefined && blueDigest !== image.digest;
    return isTelling ? { by: 'version', verify, expected } : { by: 'requests' };
  }
  const isReached = !isInternal || url !== undefined || verify?.probe === true;
  const otherwise = isReached ? 'requests' : 'targetHealth';
  return { by: verify?.by ?? otherwise };
}
