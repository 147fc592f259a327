import { withKeysInOrder } from './key-order.ts';
import type { RunningSlot } from './running-slot.ts';
import type { RestoreItem } from './event-shapes.ts';
import type { RolloutEvent } from './events.ts';
import { describeChanges } from './events/interference.ts';
import { shareOf } from './pairs.ts';
import { type Routing, type RoutingAction, withoutWeights } from './routing.ts';
import type { RolloutState } from './state.ts';

/** Something that is not as the rollout left it, so that somebody else has changed it. */
export interface Interference {
  /** What was changed, by its ARN or its name. */
  readonly what: string;
  /** Its ARN (a rule, a listener) or its name (an ECS service) alone. */
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  /** Users are worse off than the step allows (traffic led astray, or more of it to green): not to be waited for. */
  readonly harmful: boolean;
}

/** What one look at the world saw. */
export interface Sight {
  /** In the order of the restore plan; `undefined` for a rule that is gone. */
  readonly routings: readonly (Routing | undefined)[];
  readonly blue: RunningSlot | undefined;
  readonly green: RunningSlot | undefined;
}

/**
 * Everything that somebody else changed since the rollout looked or wrote last: rules (gone, weights, actions, conditions,
 * priority) and slots (deployed to, scaled down). More tasks are no interference: autoscaling may add some.
 * @param weights percents that green may have: the present one, and while a shift is repeated the one it is on the way to
 */
export function interferenceIn(
  state: RolloutState,
  { routings, blue, green }: Sight,
  weights: readonly number[],
): readonly Interference[] {
  const ofRules = state.restorePlan.flatMap((item, index) => ofRule(state, item, routings[index], weights));
  return [
    ...ofRules,
    ...ofSlot("blue's", serviceOf(state, state.blue), blue, state.blueTaskDefinition, state.blueCount),
    ...ofSlot(
      "green's",
      serviceOf(state, state.green),
      green,
      state.greenTaskDefinition ?? '',
      state.sizing?.count ?? 1,
    ),
  ];
}

/** How a rollout goes on after the drift that it found. */
export type DriftDecision =
  | { readonly outcome: 'free'; readonly events: readonly RolloutEvent[] }
  /** Nothing is shifted and no step passes; `news` where people have not been told of just this. */
  | { readonly outcome: 'held'; readonly news: boolean; readonly until: Date }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/** Waits for what somebody else changed to be put back, up to a cap; what does harm is not waited for. */
export function driftDecision(state: RolloutState, found: readonly Interference[], now: Date): DriftDecision {
  const { interference, spec } = state;
  if (found.length === 0) {
    return { outcome: 'free', events: interference === undefined ? [] : [{ type: 'ForeignChangeUndone' }] };
  }
  const reason = `Others changed what this rollout works on: ${describeChanges(found)}`;
  if (found.some(({ harmful }) => harmful)) return { outcome: 'rollBack', reason };
  const since = interference === undefined ? now.getTime() : Date.parse(interference.since);
  const until = new Date(since + spec.timeouts.interference * 1000);
  if (now >= until) {
    return { outcome: 'rollBack', reason: `${reason}; it was not put back within ${spec.timeouts.interference} s` };
  }
  return { outcome: 'held', news: interference?.changes !== JSON.stringify(changesOf(found)), until };
}

/** What goes into the record. */
export function changesOf(found: readonly Interference[]): Extract<RolloutEvent, { type: 'ForeignChange' }>['changes'] {
  return found.map(({ what, expected, found: seen }) => ({ what, expected, found: seen }));
}

function serviceOf({ spec }: RolloutState, slot: RolloutState['blue']): string {
  return spec.slots[slot].service;
}

function ofRule(
  state: RolloutState,
  plan: RestoreItem,
  live: Routing | undefined,
  allowed: readonly number[],
): readonly Interference[] {
  const what = `${plan.kind} ${plan.arn}`;
  const wanted = `green with ${allowed.join(' or ')} %, blue with the rest`;
  if (live === undefined)
    return [{ what, subject: plan.arn, expected: wanted, found: 'it was deleted', harmful: true }];
  const share = shareOf(state, live.weights);
  if (share === undefined || !allowed.includes(share)) {
    const harmful = share === undefined || share > Math.max(...allowed);
    return [{ what, subject: plan.arn, expected: wanted, found: weightsIn(live), harmful }];
  }
  const differences: Interference[] = [];
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
): readonly Interference[] {
  const what = `${whose} ECS service ${subject}`;
  if (slot?.active !== true) {
    return [{ what, subject, expected: 'an active service', found: 'none', harmful: true }];
  }
  const deployed = { what, subject, expected: taskDefinition, found: slot.taskDefinition, harmful: false };
  const scaled = { what, subject, expected: `${count} task(s) or more`, found: `${slot.desired}`, harmful: false };
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
