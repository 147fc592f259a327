import { layoutOf } from '../shapes/layout-of.ts';
import * as z from 'zod';
import { elbArn, parseElbArn } from '../layout/elb-arn.ts';
import type { RestoreItem } from '../../rollout/event-shapes.ts';
import type { Pair } from './pair.ts';
import { pairsOf } from './pairs.ts';
import { weightsOf } from './routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** How a rollout's rules are put back, whole in itself: what `sluice rollback --direct` needs besides the load balancer. */
export interface RestorePlan {
  readonly kind: 'sluice-restore-plan';
  readonly schema: 1;
  readonly service: string;
  readonly rolloutId: string;
  readonly blueTargetGroup: string;
  readonly greenTargetGroup: string;
  /** The further pairs of a service with several target groups. */
  readonly morePairs?: readonly { readonly blueTargetGroup: string; readonly greenTargetGroup: string }[] | undefined;
  readonly items: readonly RestoreItem[];
}

/** The plan of a rollout. */
export function restorePlanOf(state: RolloutState): RestorePlan {
  const { service, rolloutId, spec, blue, green } = state;
  const layout = layoutOf(spec);
  const morePairs = pairsOf(state)
    .slice(1)
    .map((pair) => ({ blueTargetGroup: pair.blue, greenTargetGroup: pair.green }));
  return {
    kind: 'sluice-restore-plan',
    schema: 1,
    service,
    rolloutId,
    blueTargetGroup: layout.groupsOf(blue)[0] ?? '',
    greenTargetGroup: layout.groupsOf(green)[0] ?? '',
    ...(morePairs.length > 0 && { morePairs }),
    items: newestPlan(state).map(({ kind, arn, actions }) => ({ kind, arn, actions })),
  };
}

/** Actions that answer requests in place of a target group: a rule that has one is none that a rollout would have shifted. */
const answering: readonly string[] = ['redirect', 'fixed-response'];

/** Any action that can stand before a forward action, newer types than this version knows included: a plan keeps them as they are. */
const action = z.looseObject({
  Type: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/)
    .refine(
      (type) => !answering.includes(type),
      'a rule that redirects or answers by itself has no traffic to put back',
    ),
});

const pair = { blueTargetGroup: elbArn('target group'), greenTargetGroup: elbArn('target group') };

const planned = z.strictObject({
  kind: z.literal('sluice-restore-plan'),
  schema: z.literal(1),
  service: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  rolloutId: z.string().regex(/^[a-z0-9-]{1,64}$/),
  ...pair,
  morePairs: z.array(z.strictObject(pair)).max(4).optional(),
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
 * nothing beyond one load balancer for each pair of target groups.
 */
export function parseRestorePlan(text: string): ParsedPlan {
  let value: unknown;
  try {
    // Shells of Windows put a byte order mark before what they write to a file.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ok: false, problems: [`it is no JSON (${messageOf(error)})`] };
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
  const { items } = plan;
  const pairs = pairsOfPlan(plan);
  const all = pairs.flatMap(({ blue, green }) => [blue, green]);
  const problems = new Set(all).size < all.length ? ['blue and green name the same target group'] : [];
  const place = parseElbArn(plan.blueTargetGroup, 'target group')?.place;
  if (all.some((group) => parseElbArn(group, 'target group')?.place !== place))
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
    if (!isOnBlue(weightsOf(actions), plan)) problems.push(`${where}: it does not send all traffic to blue`);
  }
  if (balancers.size > pairs.length)
    problems.push(
      `the items belong to ${balancers.size} load balancers, and there are target groups for ${pairs.length}`,
    );
  return problems;
}

/** Returns the target groups of the two slots that a plan names; its file keeps them in fields of its own. */
export function pairsOfPlan(plan: RestorePlan): readonly Pair[] {
  return [plan, ...(plan.morePairs ?? [])].map(({ blueTargetGroup: blue, greenTargetGroup: green }) => ({
    blue,
    green,
  }));
}

/** Whether one target group of blue gets everything. */
export function isOnBlue(weights: Readonly<Record<string, number>>, plan: RestorePlan): boolean {
  const serving = Object.entries(weights).filter(([, weight]) => weight > 0);
  const [only] = serving;
  return serving.length === 1 && only !== undefined && pairsOfPlan(plan).some(({ blue }) => blue === only[0]);
}
