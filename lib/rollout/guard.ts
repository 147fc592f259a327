import type { OneTimeSchedule } from './one-time-schedule.ts';
import { rolesToApprove } from '../specification/asked-people.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { defaultVerifySeconds } from '../specification/verify.ts';
import type { RolloutState } from './state.ts';
import { withoutTable } from './without-table.ts';

/** Pre-checks, the looks at green, the states between the bakes; what is left over is for throttled calls. */
const restSeconds = 900;

/**
 * Seconds after its opening at which a rollout is rolled back whatever it does: what the spec says, or every wait, bake and hold,
 * and some more. One that goes back to a former version has as long as its own steps need: stopped halfway it would leave
 * users with the version that a person wants to leave.
 */
export function longestSeconds(spec: RolloutSpec, goesBack: object | undefined): number {
  const { rollout } = spec.timeouts;
  if (rollout === undefined) return neededSeconds(spec);
  return goesBack === undefined ? rollout : Math.max(rollout, neededSeconds(spec));
}

/** Every wait, bake and hold, and some more. */
function neededSeconds(spec: RolloutSpec): number {
  const { steps, timeouts } = spec;
  const bakes = steps.reduce((sum, { bake }) => sum + bake, 0);
  // Green is waited for at the start and before each step, blue and other people's hands before each.
  const perStep = timeouts.provisionGreen + timeouts.hold + timeouts.interference;
  const verification = timeouts.verifyGreen ?? defaultVerifySeconds;
  const waits = timeouts.provisionGreen + verification + steps.length * perStep;
  return waits + bakes + timeouts.guard + restSeconds + peopleSeconds(spec);
}

/** How long people may take to approve, and to decide each hold that asks them. */
function peopleSeconds({ approvals, gates, steps }: RolloutSpec): number {
  const toApprove = rolesToApprove(approvals).length > 0 ? approvals.within : 0;
  const asks = gates.some(({ afterHold }) => afterHold === 'ask');
  return toApprove + (asks ? steps.length * approvals.decideWithin : 0);
}

/** What the guard has to know of a rollout. */
export type Guarded = Pick<
  RolloutState,
  'rolloutId' | 'spec' | 'blue' | 'green' | 'restorePlan' | 'executionArn' | 'rollback'
>;

/** Returns what the guard starts the rollback machine with: it spares a rollout that has passed everything. */
export function guardInput(rolloutId: string, reason: string) {
  return { rolloutId, by: 'the guard', reason, ifPassed: 'finish' };
}

/** The same of a rollout that is under way, with what puts its traffic back while the table does not answer. */
function inputWhileActive(rollout: Guarded, reason: string) {
  return { ...guardInput(rollout.rolloutId, reason), withoutTable: withoutTable(rollout) };
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
