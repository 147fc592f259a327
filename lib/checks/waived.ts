import type { RolloutState } from '../rollout/state.ts';
import type { Waiver } from '../specification/check-waiver.ts';

/** Returns what lets a rollout pass a check whatever it finds; `undefined` where nothing does now. */
export function waiverOf(
  check: string,
  { spec, image }: Pick<RolloutState, 'spec' | 'image'>,
  now: Date,
): Waiver | undefined {
  return (spec.waivers ?? []).find((one) => one.check === check && isFor(one, image, now));
}

function isFor({ image, until }: Waiver, { tag, digest }: RolloutState['image'], now: Date): boolean {
  return (image === tag || image === digest) && Date.parse(until) > now.getTime();
}
