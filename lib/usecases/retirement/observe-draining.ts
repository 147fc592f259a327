import type { Workload } from '../../drivers/layout/layout.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { removedAt } from '../../rollout/draining.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'runtime' | 'now'>;

/**
 * Measures when the side that was removed is drained, by its tasks: a load balancer tells of no target group how many requests
 * are open, but none is open to a task that has stopped. What was open may have ended earlier. Where `openRequests` sets a limit
 * that is over, the tasks that are left are stopped.
 * @param isLast records also that it is not drained
 * @returns whether the record says by now what came of it
 */
export async function observeDraining(stored: StoredRollout, isLast: boolean, world: Needs): Promise<boolean> {
  const { state } = stored;
  const removed = removedAt(state);
  if (state.drained !== undefined) return true;
  if (removed === undefined) return false;
  const workload = sideOf(state, removed.side);
  const { left, lastStoppedAt } = await world.runtime.remainingTasks(workload);
  const now = world.now();
  const seconds = secondsBetween(removed.at, now.toISOString());
  const { mode, limit } = state.spec.openRequests ?? {};
  if (left > 0 && limit !== undefined && seconds >= limit) await world.runtime.stopTasks(workload, 0);
  if (left > 0 && !isLast) return false;
  const isKnown = left === 0 && lastStoppedAt !== undefined && lastStoppedAt >= removed.at;
  const until = isKnown ? lastStoppedAt : now.toISOString();
  const drainedAfter = secondsBetween(removed.at, until);
  await record(world, stored, {
    type: 'SideDrained',
    side: removed.side,
    seconds: drainedAfter,
    secondsSinceShift: secondsBetween(shiftedAt(state), until),
    tasksLeft: left,
    cut: mode === 'cut' || (limit !== undefined && drainedAfter >= limit),
  });
  return true;
}

/** The workload of the side that was removed. */
function sideOf({ spec, blue, green }: RolloutState, side: 'green' | 'blue'): Workload {
  return workloadOf(spec, side === 'green' ? green : blue);
}

/** When the last change of weights took the side's traffic away; of what never had any, when the rollout opened. */
function shiftedAt({ shifts, openedAt }: RolloutState): string {
  return shifts.at(-1)?.at ?? openedAt;
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
