import type { Sight } from './driver.ts';
import { withKeysInOrder } from './rules/key-order.ts';
import { shareOf } from './rules/pairs.ts';
import { type Routing, type RoutingAction, withoutWeights } from './rules/routing.ts';
import { workloadOf } from './shapes/layout-of.ts';
import type { RestoreItem } from '../rollout/event-shapes.ts';
import type { Drift } from '../rollout/drift.ts';
import type { RunningSlot } from '../rollout/running-slot.ts';
import type { RolloutState } from '../rollout/state.ts';
import { counted } from '../specification/text/counted.ts';

/** Drift of rules and slots; see `Driver`. */
export function driftIn(
  state: RolloutState,
  { routings, blue, green }: Sight,
  weights: readonly number[],
): readonly Drift[] {
  const ofRules = state.restorePlan.flatMap((item, index) => ofRule(state, item, routings[index], weights));
  return [
    ...ofRules,
    ...ofSlot("blue's", workloadOf(state.spec, state.blue).service, blue, state.blueTaskDefinition, state.blueCount),
    ...ofSlot(
      "green's",
      workloadOf(state.spec, state.green).service,
      green,
      state.greenTaskDefinition ?? '',
      state.sizing?.count ?? 1,
    ),
  ];
}

function ofRule(
  state: RolloutState,
  plan: RestoreItem,
  live: Routing | undefined,
  allowed: readonly number[],
): readonly Drift[] {
  const what = `${plan.kind} ${plan.arn}`;
  const wanted = `green with ${allowed.join(' or ')} %, blue with the rest`;
  if (live === undefined)
    return [{ what, subject: plan.arn, expected: wanted, found: 'it was deleted', harmful: true }];
  const share = shareOf(state, live.weights);
  if (share === undefined || !allowed.includes(share)) {
    const harmful = share === undefined || share > Math.max(...allowed);
    return [{ what, subject: plan.arn, expected: wanted, found: weightsIn(live), harmful }];
  }
  const differences: Drift[] = [];
  const compare = (part: string, expected: unknown, found: unknown) => {
    if (expected === undefined || canonical(expected) === canonical(found)) return;
    const difference = { what: `${part} of ${what}`, expected: short(expected), found: short(found) };
    differences.push({ ...difference, subject: plan.arn, harmful: false });
  };
  compare('actions', plainActions(plan.actions), plainActions(live.actions));
  compare('conditions', plan.conditions, live.conditions ?? []);
  compare('priority', plan.priority, live.priority);
  return differences;
}

function weightsIn({ weights, actions }: Routing): string {
  const entries = Object.entries(weights).map(([arn, weight]) => `${arn.split('/').at(-2) ?? arn}: ${weight}`);
  return entries.length > 0 ? entries.join(', ') : `no forwarding, but ${short(actions)}`;
}

function ofSlot(
  whose: string,
  subject: string,
  slot: RunningSlot | undefined,
  taskDefinition: string,
  count: number,
): readonly Drift[] {
  const what = `${whose} ECS service ${subject}`;
  if (slot?.active !== true) {
    return [{ what, subject, expected: 'an active service', found: 'none', harmful: true }];
  }
  const deployed = { what, subject, expected: taskDefinition, found: slot.taskDefinition, harmful: false };
  const scaled = {
    what,
    subject,
    expected: `${counted(count, 'task')} or more`,
    found: `${slot.desired}`,
    harmful: false,
  };
  return [...(slot.taskDefinition === taskDefinition ? [] : [deployed]), ...(slot.desired >= count ? [] : [scaled])];
}

/** What an action does beside the weights, with what the load balancer adds to a description left out. */
function plainActions(actions: readonly RoutingAction[]): readonly unknown[] {
  return withoutWeights(actions).map(({ Order: _, ...rest }) => rest);
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : canonical(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}

/** JSON with sorted keys; a list of conditions means the same in any order. */
function canonical(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(withKeysInOrder(value, sortedByText));
}

function sortedByText(items: readonly unknown[]): readonly unknown[] {
  return items.toSorted((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
}
