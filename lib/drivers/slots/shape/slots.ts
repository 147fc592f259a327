import * as z from 'zod';
import { elbArn } from '../../layout/elb-arn.ts';
import { ecsName } from '../../../specification/text/ecs-name.ts';
import { quote } from '../../../specification/text/plain-text.ts';

const service = ecsName.describe('Its ECS service');

const withOne = z.strictObject({
  service,
  targetGroup: elbArn('target group').describe(
    'The target group that this ECS service registers its tasks with. A slot has either `targetGroup` or `targetGroups`',
  ),
});

/** An ECS service takes no more. */
const mostTargetGroups = 5;

const withSeveral = z.strictObject({
  service,
  targetGroups: z
    .array(elbArn('target group'), 'expected a list of target groups')
    .min(1, 'expected at least one target group')
    .max(mostTargetGroups, 'expected at most 5 target groups, which is as many as an ECS service takes')
    .meta({
      bounds: '1 to 5 entries',
      description:
        'All target groups of the ECS service, such as one of a public and one of an internal load balancer. The first of slot a and the first of slot b stand in for each other, and so on',
    }),
});

/** An ECS service and its target groups; `targetGroup` comes out as the first of them. */
const slot = z
  .union([withOne, withSeveral], 'expected a slot: a map with service and targetGroup, or service and targetGroups')
  .transform((written) => {
    const targetGroups = 'targetGroup' in written ? [written.targetGroup] : written.targetGroups;
    return { service: written.service, targetGroup: targetGroups[0] ?? '', targetGroups };
  })
  .pipe(z.object({ service: z.string(), targetGroup: z.string(), targetGroups: z.array(z.string()) }));

/** A slot with a mistake comes to the checks of the whole as it was written. */
export function groupsOf(slot: { readonly targetGroups?: readonly string[] }): readonly string[] {
  return slot.targetGroups ?? [];
}

/** The two slots. Their target groups are pairs in the order in which they are written. */
export const slots = z
  .strictObject(
    { a: slot.describe('One slot'), b: slot.describe('The other slot') },
    'expected a map with the slots a and b',
  )
  .superRefine(({ a, b }, context) => {
    const [ofA, ofB] = [groupsOf(a), groupsOf(b)];
    const key = ofA.length === 1 && ofB.length === 1 ? 'targetGroup' : 'targetGroups';
    const all = [...ofA, ...ofB];
    const twice = all.find((group, index) => all.indexOf(group) !== index);
    if (twice !== undefined) {
      const message =
        key === 'targetGroup'
          ? 'both slots name the same target group, expected two'
          : `${quote(twice)} is named twice, expected each target group once`;
      context.addIssue({ code: 'custom', path: ['b', key], message });
    }
    if (ofA.length !== ofB.length && ofA.length > 0 && ofB.length > 0) {
      const message = `slot b has ${ofB.length} and slot a ${ofA.length} target groups, expected as many in both: they stand in for each other`;
      context.addIssue({ code: 'custom', path: ['b', 'targetGroups'], message });
    }
  });

/** Each slot is an ECS service of its own. */
export function inTwoServices({ slots: { a, b } }: { slots: z.output<typeof slots> }, context: z.RefinementCtx): void {
  if (a.service !== b.service) return;
  const message = 'both slots name the same ECS service, expected two';
  context.addIssue({ code: 'custom', path: ['slots', 'b', 'service'], message });
}
