import type { Part } from '../tasks/world.ts';
import type { PreCheck } from './pre-check.ts';

/** What scales blue must scale green as well: green serves alone once the rollout has ended. */
export const autoscaling: PreCheck = {
  name: 'autoscaling',
  expected: 'green to be a scalable target with the same scaling policies as blue, or blue not to scale by itself',
  async observe({ spec, blue, green }, { capacity }) {
    const [ofBlue, ofGreen] = await Promise.all(
      [blue, green].map((slot) => scalingOf(spec.cluster, spec.slots[slot].service, { capacity })),
    );
    if (ofBlue === undefined) return { passed: true, saw: 'nothing that scales blue by itself' };
    const saw = `blue ${spec.slots[blue].service} scales ${by(ofBlue)}, green ${spec.slots[green].service} ${ofGreen === undefined ? 'does not' : by(ofGreen)}`;
    return { passed: ofGreen !== undefined && ofBlue.every((kind) => ofGreen.includes(kind)), saw };
  },
};

/** What a service scales by; `undefined` where it is no scalable target. */
async function scalingOf(
  cluster: string,
  service: string,
  { capacity }: Part<'capacity'>,
): Promise<readonly string[] | undefined> {
  const settings = await capacity.autoscalingOf(cluster, service);
  return settings === undefined ? undefined : capacity.scalesBy(cluster, service);
}

function by(kinds: readonly string[]): string {
  return kinds.length === 0 ? 'within limits, without a policy' : `by ${kinds.join(', ')}`;
}
