import { driverOf } from '../../drivers/registry.ts';
import { guardInput, longestSeconds } from '../../rollout/guard.ts';
import type { OneTimeSchedule } from '../../rollout/one-time-schedule.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** What the guard has to know of a rollout. */
export type Guarded = Pick<
  RolloutState,
  'rolloutId' | 'spec' | 'blue' | 'green' | 'restorePlan' | 'executionArn' | 'rollback'
>;

/** The same of a rollout that is under way, with what puts its traffic back while the table does not answer. */
function inputWhileActive(rollout: Guarded, reason: string) {
  return { ...guardInput(rollout.rolloutId, reason), withoutTable: driverOf(rollout.spec).withoutTable(rollout) };
}

/** Names of the schedules of a rollout. */
export interface GuardNames {
  /** The dead-man schedule of this owner. */
  readonly deadMan: string;
  /** Dead-man schedules of owners before it, the latest ones and the first one: spent, or still to be removed. */
  readonly former: readonly string[];
  /** The schedule at the maximum time. */
  readonly limit: string;
}

/** So many former owners' schedules are removed; each owner removes those before it, so that more are left only by failures. */
const mostFormer = 3;

/**
 * Returns the names of a rollout's schedules for one of its owners. EventBridge Scheduler deletes a one-time schedule some time after it has
 * fired, and what was set under its name meanwhile with it. An attempt that a dead-man schedule started must not lose its own schedule
 * so: each owner has a name of its own. A rollout's id has up to 55 characters, a schedule's name up to 64.
 * @param fence of the owner; 1 while the rollout was not taken over
 */
export function guardNames(rolloutId: string, fence: number): GuardNames {
  const before = Array.from({ length: fence - 1 }, (_, index) => index + 1);
  return {
    deadMan: deadManName(rolloutId, fence),
    former: before.filter((one) => one === 1 || one >= fence - mostFormer).map((one) => deadManName(rolloutId, one)),
    limit: `${rolloutId}-limit`,
  };
}

function deadManName(rolloutId: string, fence: number): string {
  return fence === 1 ? `${rolloutId}-guard` : `${rolloutId}-g${String(fence)}`;
}

/**
 * Returns the dead-man schedule: it fires where its owner moves it no more.
 * @param waitSeconds how long the rollout itself waits until it is heard of again
 */
export function deadMan(rollout: Guarded, fence: number, now: Date, waitSeconds: number): OneTimeSchedule {
  const silence = waitSeconds + rollout.spec.timeouts.guard;
  const reason = `The rollout made no progress for ${silence} s after ${now.toISOString()}.`;
  return {
    name: deadManName(rollout.rolloutId, fence),
    at: new Date(now.getTime() + silence * 1000),
    input: inputWhileActive(rollout, reason),
  };
}

/** The schedule at the rollout's maximum time, which is never moved. */
export function limit(rollout: Guarded, openedAt: Date): OneTimeSchedule {
  const seconds = longestSeconds(rollout.spec, rollout.rollback);
  return {
    name: guardNames(rollout.rolloutId, 1).limit,
    at: new Date(openedAt.getTime() + seconds * 1000),
    input: inputWhileActive(rollout, `The rollout has not ended within its ${seconds} s (timeouts.rollout).`),
  };
}
