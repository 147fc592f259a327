import { layoutOf } from '../drivers/shapes/layout-of.ts';
import type { Part } from '../ports/world.ts';
import type { TargetGroupFacts } from '../drivers/balancer-facts.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';

/** Reads the target groups of both slots: each with its counterpart in the other slot. */
export async function targetGroupsOf(
  spec: RolloutSpec,
  { facts }: Part<'facts'>,
): Promise<readonly { readonly a: TargetGroupFacts; readonly b: TargetGroupFacts }[]> {
  const layout = layoutOf(spec);
  const [ofA, ofB] = await Promise.all(
    (['a', 'b'] as const).map((slot) => Promise.all(layout.groupsOf(slot).map((arn) => facts.targetGroup(arn)))),
  );
  return (ofA ?? []).flatMap((a, index) => {
    const b = ofB?.[index];
    return b === undefined ? [] : [{ a, b }];
  });
}

/** `name: 5 beside 10` for each key whose values differ between the slots. */
export function differencesOf(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
  keys: readonly string[],
): readonly string[] {
  const differ = keys.filter((key) => a[key] !== b[key]);
  return differ.map((key) => `${key}: ${a[key] ?? 'none'} beside ${b[key] ?? 'none'}`);
}
