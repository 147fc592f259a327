import { rolesToApprove } from '../specification/asked-people.ts';
import { shapeOf } from '../drivers/shapes/registry.ts';
import { plannedHoldSeconds } from '../specification/calendar-hold.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { defaultVerifySeconds } from '../specification/verify.ts';
import { taskSeconds } from './guard.ts';

/** One wait between two shifts, in seconds. */
export interface Wait {
  /** The field of the spec that says how long, or what waits. */
  readonly what: string;
  readonly seconds: number;
}

/**
 * Returns the waits of the longest pause between two answers of a rollout: either before the first shift (approval, tasks, green), or
 * between two shifts (bake, hold, a decision). What a pause of ECS has to bear is their sum.
 */
export function longestPause(spec: RolloutSpec): readonly Wait[] {
  const { approvals, gates, steps, timeouts } = spec;
  const asks = gates.some(({ afterHold }) => afterHold === 'ask');
  const both: readonly Wait[] = [
    { what: 'timeouts.interference', seconds: timeouts.interference },
    { what: 'timeouts.calendar', seconds: plannedHoldSeconds(spec) },
    { what: 'timeouts.guard', seconds: timeouts.guard },
  ];
  // What rollouts begin themselves is begun once people have approved.
  const waits = shapeOf(spec).cannot.starts !== undefined && rolesToApprove(approvals).length > 0;
  const first: readonly Wait[] = [
    { what: 'approvals.within', seconds: waits ? approvals.within : 0 },
    { what: 'tasks before traffic', seconds: taskSeconds(spec) },
    { what: 'timeouts.provisionGreen', seconds: timeouts.provisionGreen },
    { what: 'timeouts.verifyGreen', seconds: timeouts.verifyGreen ?? defaultVerifySeconds },
    ...both,
  ];
  const later: readonly Wait[] = [
    { what: 'the longest bake', seconds: Math.max(...steps.map(({ bake }) => bake)) },
    { what: 'timeouts.hold', seconds: timeouts.hold },
    { what: 'approvals.decideWithin', seconds: asks ? approvals.decideWithin : 0 },
    ...both,
  ];
  const longer = sumOf(first) > sumOf(later) ? first : later;
  return longer.filter(({ seconds }) => seconds > 0);
}

/** Returns how long some waits take together, in seconds. */
export function sumOf(waits: readonly Wait[]): number {
  return waits.reduce((sum, { seconds }) => sum + seconds, 0);
}
