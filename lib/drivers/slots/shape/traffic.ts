import * as z from 'zod';
import { elbArn, parseElbArn } from '../../layout/elb-arn.ts';
import { quote } from '../../../specification/text/plain-text.ts';
import { groupsOf, type slots } from './slots.ts';

const rule = z.strictObject({
  rule: elbArn('listener rule').describe(
    'A listener rule whose forward action names a target group of each slot. An entry has either `rule` or `listener`',
  ),
});

const listener = z.strictObject({
  listener: elbArn('listener').describe('A listener whose default action names a target group of each slot'),
});

const trafficTarget = z.union(
  [rule, listener],
  "expected `rule: ` or `listener: ` with the ARN of an Application Load Balancer's rule or listener",
);
type Target = z.output<typeof trafficTarget>;

/** The ARN of a rule or listener. */
function arnOf(target: Target): string {
  return 'rule' in target ? target.rule : target.listener;
}

function balancerOf(target: Target): string | undefined {
  const arn = 'rule' in target ? parseElbArn(target.rule, 'listener rule') : parseElbArn(target.listener, 'listener');
  return arn === undefined ? undefined : `${arn.place}:${arn.balancer ?? ''}`;
}

/** Rules and listeners, each named once. */
export const traffic = z
  .array(
    trafficTarget,
    'expected a list of rules and listeners of an Application Load Balancer; other services are not split by weight',
  )
  .min(1, 'expected at least one rule or listener')
  .max(20, 'expected at most 20 rules and listeners')
  .superRefine((targets, context) => {
    targets.forEach((target, index) => {
      const path = [index, 'rule' in target ? 'rule' : 'listener'];
      if (targets.findIndex((other) => arnOf(other) === arnOf(target)) !== index) {
        context.addIssue({
          code: 'custom',
          path,
          message: `${quote(arnOf(target))} is named twice, expected each rule and listener once`,
        });
      }
    });
  })
  .meta({
    bounds: '1 to 20 entries',
    description: 'Everything that forwards to target groups of the slots; all of it is shifted together',
  });

interface Placed {
  readonly slots: z.output<typeof slots>;
  readonly traffic: readonly Target[];
}

/** A target group serves one load balancer, so there are at most as many load balancers as each slot has target groups. */
export function withinBalancers({ slots: { a }, traffic: targets }: Placed, context: z.RefinementCtx): void {
  const groups = groupsOf(a).length;
  if (groups === 0) return;
  const known = [...new Set(targets.map(balancerOf))].slice(0, groups);
  targets.forEach((target, index) => {
    if (known.includes(balancerOf(target))) return;
    const message =
      known.length === 1
        ? 'this belongs to another load balancer than the first one, expected the same: a target group serves one load balancer'
        : `this belongs to one load balancer more than each slot has target groups (${known.length}), expected a target group for each`;
    context.addIssue({ code: 'custom', path: ['traffic', index, 'rule' in target ? 'rule' : 'listener'], message });
  });
}

/** Slots and balancers must be in one account and region: nothing can forward traffic across them. */
export function inOnePlace(spec: Placed, context: z.RefinementCtx): void {
  const first = spec.traffic[0];
  const balancer = first === undefined ? undefined : balancerOf(first);
  const strays = (place: string | undefined) =>
    balancer !== undefined && place !== undefined && !balancer.startsWith(`${place}:`);
  for (const name of ['a', 'b'] as const) {
    const targetGroups = groupsOf(spec.slots[name]);
    if (!targetGroups.some((group) => strays(parseElbArn(group, 'target group')?.place))) continue;
    const message = 'the target group is in another account or region than the load balancer, expected the same';
    const key = targetGroups.length === 1 ? 'targetGroup' : 'targetGroups';
    context.addIssue({ code: 'custom', path: ['slots', name, key], message });
  }
}
