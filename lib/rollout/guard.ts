import { rolesToApprove } from '../specification/asked-people.ts';
import { plannedHoldSeconds } from '../specification/calendar-hold.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { defaultVerifySeconds } from '../specification/verify.ts';

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
  return (
    waits + bakes + timeouts.guard + restSeconds + peopleSeconds(spec) + plannedHoldSeconds(spec) + taskSeconds(spec)
  );
}

/** Returns how long tasks before traffic may take: each its limit, a decision, and its limit once more. In seconds. */
export function taskSeconds({ before = [], approvals }: Pick<RolloutSpec, 'before' | 'approvals'>): number {
  return before.reduce((sum, { within }) => sum + 2 * within + approvals.decideWithin, 0);
}

/** How long people may take to approve, and to decide each hold that asks them. */
function peopleSeconds({ approvals, gates, steps }: RolloutSpec): number {
  const toApprove = rolesToApprove(approvals).length > 0 ? approvals.within : 0;
  const asks = gates.some(({ afterHold }) => afterHold === 'ask');
  return toApprove + (asks ? steps.length * approvals.decideWithin : 0);
}

/** Returns what the guard starts the rollback machine with: it spares a rollout that has passed everything. */
export function guardInput(rolloutId: string, reason: string) {
  return { rolloutId, by: 'the guard', reason, ifPassed: 'finish' };
}
