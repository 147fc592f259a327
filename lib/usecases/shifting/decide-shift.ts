import { driverOf } from '../../drivers/registry.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { leastHealthy, type TargetHealth } from '../../drivers/traffic-router.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import type { AlarmReading } from './read-alarms.ts';

/** What a shift answers when it is made, and whether it still has to be. */
export interface DueShift {
  readonly outcome: 'shifted';
  readonly weight: number;
  readonly waitSeconds: number;
  /** Not for a repeated call, whose shift is recorded. */
  readonly isDue: boolean;
}

/**
 * Returns the shift that a step asks for, by the record alone.
 * @throws Error for a step that the rollout does not have, or cannot begin now
 */
export function dueShift(state: RolloutState, step: number): DueShift {
  const { spec, rolloutId } = state;
  const weight = spec.steps[step]?.weight;
  if (weight === undefined) throw new Error(`Rollout ${rolloutId} has no step ${step}.`);
  const isDue = state.step < step;
  if (isDue) assertLegal(state, 'TrafficShifted');
  return { outcome: 'shifted', weight, waitSeconds: isUrgent(state.rollback) ? 1 : spec.period, isDue };
}

/**
 * Decides what rules say that were read right after green was given a weight: all of them have it, or get it later.
 * @throws Error that names a rule which has another one
 */
export function decideReadBack(state: RolloutState, weight: number, routings: readonly Routing[]): 'written' | 'later' {
  const driver = driverOf(state.spec);
  const other = routings.find((routing) => driver.weightOf(state, routing) !== weight);
  if (other === undefined) return 'written';
  if (driver.weightsComeLater) return 'later';
  throw new Error(`${other.arn} says ${JSON.stringify(other.weights)} after green was given ${weight} %.`);
}

/** What was observed before a shift; absent what was not observed yet, or does not count. */
export interface ShiftFacts {
  /** Targets of green, in each target group that has traffic. */
  readonly green?: readonly TargetHealth[];
  readonly alarms?: AlarmReading;
  /** Targets of blue, in each target group that has traffic. */
  readonly blue?: readonly TargetHealth[];
  /** The ECS services of both slots. */
  readonly slots?: readonly (RunningSlot | undefined)[];
}

export type ShiftDecision =
  | { readonly outcome: 'shift' }
  /** Not yet: what is missing may come. */
  | { readonly outcome: 'wait'; readonly reason: string }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/**
 * Decides whether green gets the weight of the next step, by the facts that are known: a green that cannot serve, or an alarm that
 * rings while it has traffic, goes back; alarms that are not quiet and a blue that could not carry everything are waited for. A
 * rollout that goes back to a former version leaves one that is bad already: it waits for nothing.
 */
export function decideShift(state: RolloutState, { green = [], alarms, blue, slots = [] }: ShiftFacts): ShiftDecision {
  if (green.some(({ healthy }) => healthy === 0)) {
    return { outcome: 'rollBack', reason: 'Green has no healthy target to shift traffic to.' };
  }
  if (alarms?.outcome === 'ringing' && state.weight > 0) return { outcome: 'rollBack', reason: alarms.reason };
  if (state.rollback !== undefined) return { outcome: 'shift' };
  // What rings before green has any traffic is not green's doing, but no time to begin.
  const ofAlarms = alarms === undefined || alarms.outcome === 'quiet' ? undefined : alarms.reason;
  const lacking = ofAlarms ?? lackingOfBlue(state, blue) ?? lackingOfSlots(slots);
  return lacking === undefined ? { outcome: 'shift' } : { outcome: 'wait', reason: lacking };
}

/** Why blue could not carry everything at once, in words; `undefined` where it could, or was not asked. */
function lackingOfBlue({ blueCount }: RolloutState, blue: ShiftFacts['blue']): string | undefined {
  if (blue === undefined) return undefined;
  const { healthy, total } = leastHealthy(blue);
  if (healthy >= Math.max(1, blueCount)) return undefined;
  return `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected: it could not carry everything if green failed`;
}

/** A slot that ECS deploys by a way of its own, in words: it writes the rule's weights beside the rollout. */
function lackingOfSlots(slots: readonly (RunningSlot | undefined)[]): string | undefined {
  const wrong = slots.find((slot) => slot?.movesTraffic !== undefined);
  return (
    wrong && `${wrong.service} has ${wrong.movesTraffic ?? ''}, by which ECS moves traffic itself; expected ROLLING`
  );
}

export type WaitDecision =
  | { readonly outcome: 'held'; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'rollBack'; readonly reason: string };

/** Decides how long a step waits for what is missing: up to `timeouts.interference`, which is announced once. */
export function decideWait(state: RolloutState, step: number, reason: string, now: Date): WaitDecision {
  const { spec, unreadySince } = state;
  const since = unreadySince === undefined ? now.getTime() : Date.parse(unreadySince);
  const until = new Date(since + spec.timeouts.interference * 1000);
  if (now >= until) {
    return { outcome: 'rollBack', reason: `Step ${step + 1} waited ${spec.timeouts.interference} s: ${reason}` };
  }
  const isNews = unreadySince === undefined;
  return { outcome: 'held', events: isNews ? [{ type: 'ShiftHeld', step, reason, until: until.toISOString() }] : [] };
}
