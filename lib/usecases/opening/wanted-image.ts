import type { SlotName } from '../../drivers/layout/layout.ts';
import type { Retention } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { PinnedImage, RequestedRollback } from '../../rollout/event-shapes.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { keptVersion } from './kept-version.ts';
import { pinImage } from './pin-image.ts';
import type { AskedRollout } from './rollout-request.ts';
import { servingImage } from './serving-image.ts';
import { rolloutThatProves } from './version-that-served.ts';

type Needs = Part<'store' | 'runtime' | 'registry' | 'now'>;

interface Kept {
  readonly name: SlotName;
  readonly slot: RunningSlot;
  readonly retention: Retention | undefined;
}

/**
 * Pins the image that is asked for, and says where a rollback leads.
 * @throws Refusal where a person has to change something first
 */
export async function wantedImage(
  { image, rollback, sameImage, drill }: AskedRollout,
  spec: RolloutSpec,
  kept: Kept,
  blue: { readonly taskDefinition: string; readonly digests: readonly string[] },
  world: Needs,
): Promise<{ readonly image: PinnedImage; readonly rollback: RequestedRollback | undefined }> {
  if (sameImage === true || drill !== undefined)
    return { image: await servingImage(spec, blue.taskDefinition, blue.digests, world), rollback: undefined };
  if (rollback?.to === 'kept') {
    const { pinned, of } = await keptVersion(spec, kept, world);
    return { image: pinned, rollback: { to: 'kept', reason: rollback.reason, of } };
  }
  const pinned = await pinImage(image ?? '', spec, world);
  if (rollback === undefined) return { image: pinned, rollback: undefined };
  const of = await rolloutThatProves(spec.service, pinned.digest, world);
  if (of === undefined) {
    throw new Refusal(
      `No rollout of ${spec.service} in the record shows that ${image ?? ''} (${pinned.digest}) served all traffic, and a rollback goes only to a version that did; bring it in as any other: sluice start ${spec.service} --image ${image ?? ''}`,
    );
  }
  return { image: pinned, rollback: { to: 'version', reason: rollback.reason, of, emergency: rollback.emergency } };
}
