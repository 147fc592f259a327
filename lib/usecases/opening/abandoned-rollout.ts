import type { RolloutState } from '../../rollout/state.ts';
import { startRollback } from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';

/** Seconds for which the lock is its owner's whatever is said of the execution: one that just began may not be known yet. */
const leaseSeconds = 60;

/**
 * The lock of a service is a lease: it is held for as long as somebody works for its rollout. Where nobody does any more (its
 * execution has ended, no rollback runs, and neither the event nor a schedule told of it), the next caller that finds the lock has the
 * rollout rolled back. The lock itself is not taken: the rules may still send traffic to green.
 * @returns whether everybody had left it
 */
export async function takeUpAbandoned(rolloutId: string, world: Part<'store' | 'rollbacks' | 'now'>): Promise<boolean> {
  const stored = await world.store.load(rolloutId);
  if (stored === undefined || isFresh(stored.state, world.now())) return false;
  if (await world.rollbacks.isRunning(stored.state.executionArn)) return false;
  const reason = 'Nobody works for it any more: its execution has ended, and no rollback runs.';
  // Joins a rollback that runs, and leaves a rollout alone that has ended meanwhile.
  const { outcome } = await startRollback({ rolloutId, by: 'the guard', reason, ifPassed: 'finish' }, world);
  return outcome === 'started';
}

function isFresh({ openedAt }: RolloutState, now: Date): boolean {
  return now.getTime() - Date.parse(openedAt) < leaseSeconds * 1000;
}
