import { Refusal } from '../../rollout/refusal.ts';
import { nameChanges } from '../../rollout/configuration-change.ts';
import type { PinnedImage } from '../../rollout/event-shapes.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { GreenBase } from './green-base.ts';
import type { AskedRollout } from './rollout-request.ts';

interface Same {
  readonly image: PinnedImage;
  readonly slot: SlotName;
  readonly base: GreenBase;
  readonly blueTaskDefinition: string;
}

/**
 * Refuses the image that serves. It is rolled out again where its task definition differs and somebody asked for just that: by `sameImage`,
 * or by naming the task definition. A push of it is no wish to change anything else.
 */
export function refuseSame(
  asked: Pick<AskedRollout, 'image' | 'sameImage' | 'taskDefinition'>,
  spec: RolloutSpec,
  { image, slot, base, blueTaskDefinition }: Same,
) {
  const { difference, arn } = base;
  const serves = `${asked.image ?? image.tag ?? 'The version'} (${image.digest}) already serves all traffic in slot ${slot}`;
  if (difference.changes.length + difference.more > 0) {
    if (asked.sameImage === true || asked.taskDefinition !== undefined) return;
    throw new Refusal(
      `${serves}, but task definition ${arn} differs from ${blueTaskDefinition}, which it runs: ${nameChanges(difference)}. Roll that out with: sluice start ${spec.service} --same-image`,
    );
  }
  if (spec.taskDefinition === 'blue') {
    throw new Refusal(
      `${serves}; with \`taskDefinition: blue\` nothing else can differ. To roll out another CPU, memory, role, sidecar or secret, write latest-of-family (or from-event) in the spec, then: sluice start ${spec.service} --same-image`,
    );
  }
  throw new Refusal(`${serves}, and task definition ${arn} does not differ from ${blueTaskDefinition}.`);
}
