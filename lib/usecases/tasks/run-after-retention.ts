import type { StoredRollout } from '../../ports/rollout-store.ts';
import { nextTask, runOf } from '../../rollout/task-runs.ts';
import type { SpecTask } from '../../specification/tasks.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { isNewest } from '../ownership/newest-rollout.ts';
import { assertTrue, record } from '../ownership/owned-rollout.ts';
import { advanceTask, askPeople, latestSeconds, secondsToDecide, type TaskWorld } from './advance-task.ts';

interface Output {
  readonly outcome: 'ended' | 'waiting' | 'superseded';
  readonly waitSeconds: number;
}

const stage = 'afterRetention';
/** A newer rollout of the service runs; it may be rejected, or go back to this version. */
const busySeconds = 300;

/**
 * State `RunAfterRetention`: the tasks of the spec for the time when no rollback needs the former version any more. The former blue is
 * retired. A newer rollout that succeeded runs the tasks of its own spec once its own retention ends. Whatever becomes of a task, users are
 * not touched: people decide about one that failed, and without them it is left undone.
 */
export async function runAfterRetention(
  { rolloutId }: { readonly rolloutId: string },
  world: TaskWorld,
): Promise<Output> {
  const stored = await knownRollout(world.store, rolloutId);
  assertTrue(stored);
  const { state } = stored;
  const task = nextTask(state, stage);
  if (state.phase !== 'succeeded' || task === undefined) return { outcome: 'ended', waitSeconds: 0 };

  const status = runOf(state, stage, task.name)?.status;
  if (status === 'unknown') return awaitDecision(stored, task, world);
  if (status === 'failed') return { outcome: 'ended', waitSeconds: 0 };
  if (status === undefined || status === 'again') {
    const { lockedBy } = await world.store.service(state.service);
    if (lockedBy !== undefined) return { outcome: 'waiting', waitSeconds: busySeconds };
    if (!(await isNewest(state, world))) return { outcome: 'superseded', waitSeconds: 0 };
  }
  const { stored: after, waitSeconds, trouble } = await advanceTask({ stored, stage, task }, world);
  if (trouble === undefined) return { outcome: 'waiting', waitSeconds };
  return awaitDecision(await askPeople(after, stage, trouble, world), task, world);
}

/** A task that is left undone is in the record: the next release must not rely on it. */
async function awaitDecision(stored: StoredRollout, { name }: SpecTask, world: TaskWorld): Promise<Output> {
  const left = secondsToDecide(stored, world);
  if (left > 0) return { outcome: 'waiting', waitSeconds: Math.min(latestSeconds, Math.max(1, Math.ceil(left))) };
  const { reason = 'nobody knows how it ended' } = stored.state.askedTask ?? {};
  const run = runOf(stored.state, stage, name)?.run ?? 0;
  await record(world, stored, {
    type: 'TaskFailed',
    stage,
    task: name,
    run,
    reason: `${reason}; nobody decided in time`,
  });
  return { outcome: 'ended', waitSeconds: 0 };
}
