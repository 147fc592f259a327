import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { presentRules } from '../../drivers/rules/deleted-rules.ts';
import { straysOf } from '../../drivers/rules/left-rules.ts';
import { typesOf } from '../../drivers/rules/restoration.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { ownedInput, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';
import { emergencySettings } from '../../specification/emergency.ts';

/** What a state that looks again and again is told: when it looked first, or that this is the first time. */
export const rollbackEvaluationInput = ownedInput.extend({ since: z.union([z.literal('now'), z.iso.datetime()]) });
export type RollbackEvaluationInput = z.output<typeof rollbackEvaluationInput>;

/** After so long an evaluation ends the attempt; a later one may be started. */
const patienceSeconds = 600;

/**
 * After how long a blue without any healthy target ends the attempt, in seconds: as soon as an emergency could bring a version back, where
 * the spec wants one and none of this rollout has begun.
 */
export function deadBluePatience({ spec, emergency }: Pick<RolloutState, 'spec' | 'emergency'>): number {
  const { isAutomatic, waitSeconds } = emergencySettings(spec);
  return isAutomatic && emergency === undefined ? waitSeconds : patienceSeconds;
}

/** What the state machine waits between two evaluations. */
const pauseSeconds = 5;

/** A rule that was restored and read back may be described as it was for some seconds; what it says later, somebody wrote. */
const staleSeconds = 30;

export interface EvaluationTime {
  /** When the first evaluation of this attempt was. */
  readonly since: Date;
  /** There is no time for another one. */
  readonly isOver: boolean;
  /** The restoration is so long ago that every evaluation shows it. */
  readonly isSettled: boolean;
}

/**
 * How far the evaluations of this attempt are.
 * @param patience seconds after which the attempt ends
 */
export function evaluationTime(
  { since }: RollbackEvaluationInput,
  now: Date,
  patience = patienceSeconds,
): EvaluationTime {
  const first = since === 'now' ? now : new Date(since);
  const seconds = (now.getTime() - first.getTime()) / 1000;
  return { since: first, isOver: seconds > patience, isSettled: seconds > staleSeconds };
}

/** A rule that sends something to another slot than blue and can be led back, in words; `undefined` where none does. */
export async function strayRule(state: RolloutState, { router }: Part<'router'>): Promise<string | undefined> {
  const [stray] = straysOf(state, presentRules(await router.find(trafficOf(state.spec))));
  return stray && strayOf(stray);
}

/** A rule that does not send everything to blue, in words. */
export function strayOf({ arn, weights, actions }: Pick<Routing, 'arn' | 'weights' | 'actions'>): string {
  const has = Object.keys(weights).length === 0 ? typesOf(actions) : JSON.stringify(weights);
  return `${arn} was changed after the restoration: it has ${has}`;
}

/** What an evaluation found that did not find blue well. */
interface Found {
  /** What is wrong, in words. */
  readonly cause: string;
  /** A rule that somebody changed: waiting does not mend it. */
  readonly stray: string | undefined;
  /** Budgets that are overrun and were not announced yet. */
  readonly overrun: readonly RolloutEvent[];
}

/** Has an evaluation repeated, or ends the attempt: when its time is over, or at once where a rule was changed, so that the next one restores it. */
export async function evaluateAgain<Ended extends string>(
  ended: Ended,
  { cause, stray, overrun }: Found,
  { isOver, isSettled }: EvaluationTime,
  stored: StoredRollout,
  world: Part<'store' | 'schedules' | 'now'>,
): Promise<GuardNote & { readonly outcome: 'waiting' | Ended; readonly cause: string }> {
  if (!isOver && !(isSettled && stray !== undefined)) {
    if (overrun.length > 0) await record(world, stored, ...overrun);
    return { outcome: 'waiting', cause, ...(await pushAttemptGuard(stored, pauseSeconds, world)) };
  }
  await record(world, stored, { type: 'BlueNotHealthy', reason: cause });
  return { outcome: ended, cause: `${cause}; green keeps running` };
}
