import type { RestoreItem } from '../../rollout/event-shapes.ts';
import { forwards, ledToBlue, withPlannedForward } from './kept-actions.ts';
import { withKeysInOrder } from './key-order.ts';
import { isLeft } from './left-rules.ts';
import { pairOf, shareOf } from './pairs.ts';
import {
  type Routing,
  type RoutingAction,
  stickySecondsOf,
  weightsOf,
  withoutGroupStickiness,
  withoutWeights,
  withStickinessOf,
} from './routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';

type Planned = Pick<RestoreItem, 'kind' | 'arn' | 'actions'>;

/** One rule or listener as the rollback machine writes it. */
interface Written extends Planned {
  /** What others had made of it by then; absent where it differs from the plan in weights at most, or could not be read. */
  readonly stood?: readonly RoutingAction[];
}

/**
 * Returns what has to be written so that blue gets everything: each live rule as it is, with blue's weight at 100 and group
 * stickiness off. A rule that is as the plan says, or that others changed and that sends green nothing, is not touched. A rule that
 * forwards nothing any more is written as the newest plan says, unless the load balancer would refuse that (`isLeft`). Nothing can be
 * written to one that was deleted.
 * @param live in the order of the restore plan; `undefined` for a rule that is not there
 */
export function restorationFor(state: RolloutState, live: readonly (Routing | undefined)[]): readonly Written[] {
  const wasShifted = state.shifts.some(({ weight }) => weight > 0);
  return newestPlan(state).flatMap(({ kind, arn, actions }, index): readonly Written[] => {
    const found = live[index];
    if (found === undefined || isLeft(state, found)) return [];
    const pair = pairOf(state, weightsOf(actions));
    const isChanged = !isSameButWeights(found.actions, actions);
    const isOnBlue = shareOf(state, found.weights) === 0;
    const isSticky = wasShifted && stickySecondsOf(found.actions) > 0;
    // A rule that nobody else has changed becomes again what it was, word for word.
    const isAsPlanned = isChanged || isSameWeights(found.weights, weightsOf(actions));
    if (isOnBlue && !isSticky && isAsPlanned) return [];
    const wanted = isChanged && pair !== undefined ? ledToBlue(found.actions, actions, pair) : actions;
    return [{ kind, arn, actions: withoutGroupStickiness(wanted), ...(isChanged && { stood: found.actions }) }];
  });
}

/**
 * Returns the plan's items that others have changed since it was read last (a login action, stickiness, fields of a newer
 * load balancer), with blue's weight at 100; empty where nothing changed. Where a rule answers itself or forwards to other target
 * groups by now, the plan still leads to blue, behind what others put in front.
 */
export function refreshedItems(state: RolloutState, live: readonly (Routing | undefined)[]): readonly Planned[] {
  return newestPlan(state).flatMap(({ kind, arn, actions: planned }, index): readonly Planned[] => {
    const found = live[index];
    const pair = pairOf(state, weightsOf(planned));
    if (found === undefined || pair === undefined) return [];
    const now =
      forwards(found.actions) && pairOf(state, found.weights)?.blue === pair.blue
        ? ledToBlue(heedingOwnStickiness(state, found.actions, planned), planned, pair)
        : withPlannedForward(found.actions, planned);
    return isSame(now, planned) ? [] : [{ kind, arn, actions: now }];
  });
}

/** A rule that others changed, in words: what it had, and what it has. */
export interface RuleDifference {
  readonly rule: string;
  readonly before: string;
  readonly now: string;
}

/**
 * Returns the rules that differ from a plan in more than weights. In a rollback the rules' group stickiness is off for a while:
 * that is no difference.
 */
export function differencesFrom(
  plan: readonly RestoreItem[],
  state: RolloutState,
  live: readonly Routing[],
): readonly RuleDifference[] {
  return plan.flatMap(({ kind, arn, actions }) => {
    const found = live.find((routing) => routing.arn === arn);
    if (found === undefined) return [];
    const now = heedingOwnStickiness(state, found.actions, actions);
    return isSame(now, actions) ? [] : [{ rule: `${kind} ${arn}`, before: typesOf(actions), now: typesOf(now) }];
  });
}

/** A rollback switches group stickiness off itself: there, off means as planned. */
function heedingOwnStickiness(
  { phase }: Pick<RolloutState, 'phase'>,
  live: readonly RoutingAction[],
  planned: readonly RoutingAction[],
): readonly RoutingAction[] {
  const isOwn = phase === 'rollingBack' && stickySecondsOf(live) === 0;
  return isOwn ? withStickinessOf(planned, live) : live;
}

/** Whether a restoration takes traffic from green. */
export function movesTraffic(state: RolloutState, live: readonly (Routing | undefined)[]): boolean {
  return live.some(
    (routing) => routing !== undefined && shareOf(state, routing.weights) !== 0 && !isLeft(state, routing),
  );
}

function isSameWeights(left: Routing['weights'], right: Routing['weights']): boolean {
  const groups = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...groups].every((group) => left[group] === right[group]);
}

/** Whether two lists of actions differ in weights and group stickiness at most. */
export function isSameButWeights(left: readonly RoutingAction[], right: readonly RoutingAction[]): boolean {
  return isSame(withoutGroupStickiness(left), withoutGroupStickiness(right));
}

export function isSame(left: readonly RoutingAction[], right: readonly RoutingAction[]): boolean {
  return canonical(left) === canonical(right);
}

/** The load balancer adds an order to a lone action that was written without one. */
function canonical(actions: readonly RoutingAction[]): string {
  const plain = withoutWeights(actions).map(({ Order: _, ...rest }) => rest);
  return JSON.stringify(withKeysInOrder(plain, (items) => items));
}

/** Enough to see what was added or taken away. The configuration of a login is not for a message. */
export function typesOf(actions: readonly RoutingAction[]): string {
  return actions
    .map((action) => {
      const seconds = stickySecondsOf([action]);
      return `${String(action['Type'])}${seconds > 0 ? ` (group stickiness ${String(seconds)} s)` : ''}`;
    })
    .join(', ');
}
