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

/** What a rollback is asked for with, by whom and why; what the guard asks for spares a rollout that has passed everything. */
function inputOf(rolloutId: string, reason: string) {
  return { rolloutId, by: 'the guard', reason, ifPassed: 'finish' };
}

/** The same of a rollout that is under way, with what puts its traffic back while the table does not answer. */
function inputWhileActive(rollout: Guarded, reason: string) {
  return { ...inputOf(rollout.rolloutId, reason), withoutTable: withoutTable(rollout) };
}

/** Names of a rollout's two schedules. A rollout's id has up to 55 characters, a schedule's name up to 64. */
export function guardNames(rolloutId: string): { readonly deadMan: string; readonly limit: string } {
  return { deadMan: `${rolloutId}-guard`, limit: `${rolloutId}-limit` };
}

/**
 * The dead-man schedule: fires where nobody moves it any more.
 * @param waitSeconds how long the rollout itself waits until it is heard of again
 */
export function deadMan(rollout: Guarded, now: Date, waitSeconds: number): OneTimeSchedule {
  const silence = waitSeconds + rollout.spec.timeouts.guard;
  const reason = `The rollout made no progress for ${silence} s after ${now.toISOString()}.`;
  return {
    name: guardNames(rollout.rolloutId).deadMan,
    at: new Date(now.getTime() + silence * 1000),
    input: inputWhileActive(rollout, reason),
  };
}

/** How long the weights are watched after a rollback, and how soon first: EventBridge Scheduler knows no shorter time than a minute. */
const watchedSeconds = 600;
const mostFirstSeconds = 60;

/**
 * The next look at the weights after a rollback, the later the more has passed, one when the limit of open requests is over, and the
 * last one at the end of the watch; `undefined` after that. It has the dead-man's name. Without the table it does nothing: the rules
 * may be a newer rollout's by then.
 */
export function nextWatch(
  rolloutId: string,
  { timeouts, openRequests }: RolloutSpec,
  closedAt: Date,
  now: Date,
): OneTimeSchedule | undefined {
  const passed = (now.getTime() - closedAt.getTime()) / 1000;
  if (passed >= watchedSeconds) return undefined;
  const wait = Math.max(Math.min(timeouts.guard, mostFirstSeconds), passed / 2);
  const limitLeft = (openRequests?.limit ?? 0) - passed;
  const soonest = limitLeft > 0 ? Math.min(wait, limitLeft) : wait;
  const at = new Date(closedAt.getTime() + Math.min(passed + soonest, watchedSeconds) * 1000);
  return { name: guardNames(rolloutId).deadMan, at, input: inputOf(rolloutId, 'Traffic is watched after a rollback.') };
}

/** The schedule at the rollout's maximum time, which is never moved. */
export function limit(rollout: Guarded, openedAt: Date): OneTimeSchedule {
  const seconds = longestSeconds(rollout.spec, rollout.rollback);
  return {
    name: guardNames(rollout.rolloutId).limit,
    at: new Date(openedAt.getTime() + seconds * 1000),
    input: inputWhileActive(rollout, `The rollout has not ended within its ${seconds} s (timeouts.rollout).`),
  };
}
