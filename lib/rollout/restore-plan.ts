import * as z from 'zod';
import { elbArn, parseElbArn } from '../spec/arn.ts';
import type { RestoreItem } from './events.ts';
import { weightsOf } from './routing.ts';
import type { RolloutState } from './state.ts';

/** How a rollout's rules are put back, whole in itself: what `sluice rollback --direct` needs besides the load balancer. */
export interface RestorePlan {
  readonly kind: 'sluice-restore-plan';
  readonly schema: 1;
  readonly service: string;
  readonly rolloutId: string;
  readonly blueTargetGroup: string;
  readonly greenTargetGroup: string;
  readonly items: readonly RestoreItem[];
}

/** The plan of a rollout. */
export function restorePlanOf({ service, rolloutId, spec, blue, green, restorePlan }: RolloutState): RestorePlan {
  return {
    kind: 'sluice-restore-plan',
    schema: 1,
    service,
    rolloutId,
    blueTargetGroup: spec.slots[blue].targetGroup,
    greenTargetGroup: spec.slots[green].targetGroup,
    items: restorePlan,
  };
}

/** What a rollout may find in front of its traffic; a rule with anything else is none that it would have shifted. */
const action = z.looseObject({ Type: z.enum(['forward', 'authenticate-oidc', 'authenticate-cognito']) });

const planned = z.strictObject({
  kind: z.literal('sluice-restore-plan'),
  schema: z.literal(1),
  service: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  rolloutId: z.string().regex(/^[a-z0-9-]{1,64}$/),
  blueTargetGroup: elbArn('target group'),
  greenTargetGroup: elbArn('target group'),
  items: z
    .array(
      z.strictObject({ kind: z.enum(['rule', 'listener']), arn: z.string(), actions: z.array(action).min(1).max(5) }),
    )
    .min(1)
    .max(20),
});

export type ParsedPlan =
  { readonly ok: true; readonly plan: RestorePlan } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads a plan that lay in a file, trusting nothing in it: a plan must put all traffic of each of its rules on blue, and name
 * nothing beyond one load balancer.
 */
export function parseRestorePlan(text: string): ParsedPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [`it is no JSON (${error instanceof Error ? error.message : String(error)})`] };
  }
  const parsed = planned.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 10).map(({ path, message }) => {
      const where = path.map(String).join('.');
      return where === '' ? message : `${where}: ${message}`;
    });
    return { ok: false, problems };
  }
  const problems = problemsOf(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan: parsed.data };
}

function problemsOf(plan: RestorePlan): readonly string[] {
  const { blueTargetGroup, greenTargetGroup, items } = plan;
  const problems = blueTargetGroup === greenTargetGroup ? ['blue and green are the same target group'] : [];
  const place = parseElbArn(blueTargetGroup, 'target group')?.place;
  if (parseElbArn(greenTargetGroup, 'target group')?.place !== place)
    problems.push('blue and green are in different accounts or regions');
  const balancers = new Set<string>();
  for (const [index, { kind, arn, actions }] of items.entries()) {
    const where = `items.${index}`;
    const parsed = parseElbArn(arn, kind === 'rule' ? 'listener rule' : 'listener');
    if (parsed === undefined) problems.push(`${where}: the arn names no ${kind} of an Application Load Balancer`);
    else {
      balancers.add(`${parsed.place}:${parsed.balancer ?? ''}`);
      if (parsed.place !== place) problems.push(`${where}: it is in another account or region than blue`);
    }
    if (items.findIndex((other) => other.arn === arn) !== index) problems.push(`${where}: its arn is named twice`);
    if (actions.filter(({ Type }) => Type === 'forward').length !== 1 || actions.at(-1)?.['Type'] !== 'forward')
      problems.push(`${where}: it must end with its one forward action`);
    if (!isAllOn(weightsOf(actions), blueTargetGroup)) problems.push(`${where}: it does not send all traffic to blue`);
  }
  if (balancers.size > 1) problems.push('the items belong to more than one load balancer');
  return problems;
}

/** Whether one target group gets everything. */
export function isAllOn(weights: Readonly<Record<string, number>>, targetGroup: string): boolean {
  return (
    (weights[targetGroup] ?? 0) > 0 &&
    Object.entries(weights).every(([group, weight]) => group === targetGroup || weight === 0)
  );
}
