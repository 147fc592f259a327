import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { ServiceLook } from '../../drivers/service-look.ts';
import { longestSeconds } from '../../rollout/guard.ts';
import {
  describeAction,
  lackingActions,
  mayAct,
  putActionCommand,
  type ServiceScaling,
} from '../../rollout/scheduled-scaling.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { error, warning } from './live-slot.ts';
import { messageOf } from '../../specification/text/message-of.ts';

const pairs = [
  ['a', 'b'],
  ['b', 'a'],
] as const satisfies readonly (readonly [SlotName, SlotName])[];

/** What scales one slot and not the other: after a rollout the other one serves, and would not scale when this one would. */
export async function scalingDoubts(spec: RolloutSpec, look: ServiceLook, now: Date): Promise<readonly Doubt[]> {
  let found: Readonly<Record<SlotName, ServiceScaling | undefined>>;
  try {
    const [a, b] = await Promise.all([look.scalingOf(workloadOf(spec, 'a')), look.scalingOf(workloadOf(spec, 'b'))]);
    found = { a, b };
  } catch (thrown) {
    const why = messageOf(thrown);
    return [warning(['slots'], `Application Auto Scaling could not be asked whether both slots scale alike: ${why}`)];
  }
  return pairs.flatMap(([has, lacks]) => onesOf(found[has], found[lacks], { has, lacks }, spec, now));
}

function onesOf(
  ofOne: ServiceScaling | undefined,
  ofOther: ServiceScaling | undefined,
  { has, lacks }: { readonly has: SlotName; readonly lacks: SlotName },
  spec: RolloutSpec,
  now: Date,
): readonly Doubt[] {
  if (ofOne === undefined) return [];
  const { retention } = spec;
  const { service: one } = workloadOf(spec, has);
  const { cluster, service: other } = workloadOf(spec, lacks);
  const path = ['slots', lacks, 'service'];
  if (ofOther === undefined) {
    return [error(path, `Application Auto Scaling scales ${one} and not ${other}, expected both: either may serve`)];
  }
  const policies = ofOne.policies.filter((kind) => !ofOther.policies.includes(kind));
  const until = new Date(now.getTime() + (longestSeconds(spec, undefined) + retention.keepFor) * 1000);
  return [
    ...policies.map((kind) =>
      error(path, `${one} scales by ${kind} and ${other} does not, expected the same scaling policy on both`),
    ),
    ...lackingActions(ofOne.scheduled, ofOther.scheduled).map((action) => {
      const message = `${one} has scheduled action ${describeAction(action)} and ${other} has not, expected it on both or on none: ${putActionCommand(action, cluster, other)}`;
      return mayAct(action, now, until) ? error(path, message) : warning(path, message);
    }),
  ];
}
