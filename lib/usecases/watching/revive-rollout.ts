import { longestSeconds } from '../../rollout/guard.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { expireApproval } from '../people/expire-approval.ts';
import { insistOnRollback, type InsistedRollback } from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';

export type RevivingWorld = Part<'store' | 'rollbacks' | 'now'>;

/** What the sweep had to do for an active rollout. */
export type Revived = InsistedRollback['outcome'] | 'rejected';

/** An execution that just began may not be known yet. */
const leaseSeconds = 60;
/** How late the schedules of a rollout may be: a minute, and the retries of their starts. */
const lateSeconds = 300;

/**
 * Does for an active rollout what its events and schedules should have done, where an outage outlasted them: without an execution
 * that works for it, or beyond its maximum time, it is rolled back, or finished where everything had passed. A wait for approval that is
 * over is ended.
 * @returns what was done; `undefined` where the rollout is on its way
 */
export async function reviveRollout(stored: StoredRollout, world: RevivingWorld): Promise<Revived | undefined> {
  const { state } = stored;
  const now = world.now().getTime();
  const reason = (await hasLostItsExecution(stored, world))
    ? 'No execution works for it any more, and no rollback runs.'
    : overdue(state, now);
  if (reason !== undefined) {
    const request = { rolloutId: state.rolloutId, by: 'the guard', reason, ifPassed: 'finish' } as const;
    return (await insistOnRollback(request, world)).outcome;
  }
  const { phase, approval } = state;
  const isExpired = approval?.until !== undefined && now > Date.parse(approval.until) + lateSeconds * 1000;
  if (phase !== 'awaitingApproval' || !isExpired) return undefined;
  return (await expireApproval({ rolloutId: state.rolloutId }, world)).did === 'reject' ? 'rejected' : undefined;
}

async function hasLostItsExecution({ state, claimedBy }: StoredRollout, world: RevivingWorld): Promise<boolean> {
  if (world.now().getTime() - Date.parse(state.openedAt) < leaseSeconds * 1000) return false;
  if (await world.rollbacks.isRunning(state.executionArn)) return false;
  return claimedBy === undefined || !(await world.rollbacks.isRunning(claimedBy));
}

/** Why a rollout whose execution runs is rolled back all the same; one that is being rolled back takes as long as it takes. */
function overdue({ spec, openedAt, phase, rollback }: RolloutState, now: number): string | undefined {
  const seconds = longestSeconds(spec, rollback);
  const isLate = now > Date.parse(openedAt) + (seconds + lateSeconds) * 1000;
  return isLate && phase !== 'rollingBack' ? `The rollout has not ended within its ${seconds} s.` : undefined;
}
