import { formatDuration } from '../specification/quantity.ts';
import { pausedMs } from '../rollout/people-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import { needsApproval } from '../rollout/rollout-facts.ts';

/** What happens next, and when. */
export interface NextAction {
  readonly text: string;
  /** ISO 8601; `undefined` where no time is known. */
  readonly at: string | undefined;
  /** It happens at that time unless something else comes first (a person, evidence); otherwise at that time at the earliest. */
  readonly isDeadline: boolean;
}

/** Returns what a rollout does next by itself. */
export function nextActionOf(state: RolloutState): NextAction {
  const { phase, spec, delay } = state;
  if (delay !== undefined && phase !== 'rollingBack') {
    return deadline('Its work is tried again; without success it is rolled back', delay.until);
  }
  switch (phase) {
    case 'checking':
      return soon(
        needsApproval(state) ? 'People are asked to approve, if the pre-checks pass' : 'Green is started, if they pass',
      );
    case 'awaitingApproval':
      return deadline('Rejected unless it is approved', state.approval?.until);
    case 'provisioning':
      return deadline(
        "Rolled back unless green's tasks are ready",
        later(state.provisionedAt, spec.timeouts.provisionGreen),
      );
    case 'verifying':
      return soon(`Green gets ${spec.steps[0]?.weight ?? 0} %, once it has answered well`);
    case 'shifting':
      return beforeShift(state);
    case 'baking':
      return whileBaking(state);
    case 'finishing':
      return soon('Green keeps all traffic; blue is kept for a while');
    case 'rollingBack':
      return whileRollingBack(state);
    case 'succeeded':
      return afterSuccess(state);
    case 'rejected':
    case 'rolledBack':
      return soon('Nothing, until a person starts a rollout');
  }
}

/** Returns the time at which the bake of the step under way is over; `undefined` outside a bake. */
export function bakeEndsAt({ phase, spec, step, stepStartedAt }: RolloutState): string | undefined {
  const bake = spec.steps[step]?.bake;
  return phase === 'baking' && bake !== undefined ? later(stepStartedAt, bake) : undefined;
}

function beforeShift(state: RolloutState): NextAction {
  const { spec, step, unreadySince, sizing, interference } = state;
  const shift = stepText(state, step + 1);
  const waitsSince = interference?.since ?? unreadySince;
  if (waitsSince !== undefined) {
    const missing =
      interference === undefined
        ? 'Rolled back unless blue is whole and alarms are quiet'
        : 'Rolled back unless others put back what they changed';
    return deadline(missing, later(waitsSince, spec.timeouts.interference));
  }
  if (state.paused !== undefined) return soon(`${shift}, after a person resumes it`);
  if (sizing?.step !== step + 1) return soon(shift);
  return deadline(`${shift}, or it is rolled back`, later(sizing.since, spec.timeouts.provisionGreen));
}

function whileBaking(state: RolloutState): NextAction {
  const { spec, step, asked, interference, paused, promotion, heldSince } = state;
  const ends = bakeEndsAt(state);
  const then = stepText(state, step + 1);
  if (interference !== undefined) {
    const until = later(interference.since, spec.timeouts.interference);
    return deadline('Rolled back unless others put back what they changed', until);
  }
  if (paused !== undefined) return soon(`${then}, after a person resumes it; a failing gate rolls back`);
  if (promotion?.step === step) return soon(`${then}, at the next evaluation unless a gate fails`);
  if (asked !== undefined) return deadline('Rolled back unless a person decides', asked.until);
  if (heldSince === undefined || ends === undefined) return { text: then, at: ends, isDeadline: false };
  const holdMs = spec.timeouts.hold * 1000 + pausedMs(state, heldSince);
  const asks = spec.gates.some(({ afterHold }) => afterHold === 'ask');
  return deadline(
    asks ? 'A person is asked, or it is rolled back, unless evidence decides' : 'Rolled back unless evidence decides',
    later(ends, holdMs / 1000),
  );
}

function whileRollingBack({ restorationHeld, weight, matters = [] }: RolloutState): NextAction {
  if (matters.some(({ type }) => type === 'TrafficNotRestored')) {
    return soon('Traffic could not be put back; it is tried again, and a person has to act');
  }
  if (matters.some(({ type }) => type === 'RestorationThrottled')) {
    return soon('Traffic goes back to blue once AWS no longer throttles the load balancer’s API');
  }
  if (restorationHeld !== undefined) {
    return restorationHeld.why === 'blueDown'
      ? soon('Traffic goes back once blue has a healthy target')
      : deadline('Traffic goes back, whatever can be read', later(restorationHeld.since, 60));
  }
  if (weight > 0) return soon('All traffic goes back to blue');
  return soon('Blue is verified and green removed, then the rollout has ended');
}

function afterSuccess({ closedAt, spec, happened = {} }: RolloutState): NextAction {
  if (happened.BlueRetired !== undefined) return soon('Nothing, until a person starts a rollout');
  return { text: 'The former blue is removed', at: later(closedAt, spec.retention.keepFor), isDeadline: false };
}

function stepText({ spec }: RolloutState, index: number): string {
  const next = spec.steps[index];
  if (next === undefined) return 'The rollout finishes: green keeps all traffic';
  return `Step ${index + 1}: green gets ${next.weight} % for ${formatDuration(next.bake)}`;
}

function soon(text: string): NextAction {
  return { text, at: undefined, isDeadline: false };
}

function deadline(text: string, at: string | undefined): NextAction {
  return { text, at, isDeadline: at !== undefined };
}

function later(at: string | undefined, seconds: number): string | undefined {
  return at === undefined ? undefined : new Date(Date.parse(at) + seconds * 1000).toISOString();
}
