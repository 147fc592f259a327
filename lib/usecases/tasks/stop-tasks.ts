import type { RolloutState } from '../../rollout/state.ts';
import { startedByOf, tasksOf } from '../../rollout/task-runs.ts';
import { stopReasons } from './judge-task.ts';
import type { Part } from '../../ports/world.ts';

/**
 * Stops what runs of the tasks of a rollout that has ended before its time. They are found by their mark, so one whose start was never
 * recorded is found, too.
 */
export async function stopTasks(state: RolloutState, { oneOffTasks }: Part<'oneOffTasks'>): Promise<void> {
  if (tasksOf(state, 'before').length === 0) return;
  const { cluster } = state.spec;
  const recorded = (state.tasks ?? []).flatMap(({ arn, status }) =>
    status === 'running' && arn !== undefined ? [arn] : [],
  );
  const listed = await oneOffTasks.running(cluster, startedByOf(state));
  for (const arn of new Set([...listed, ...recorded])) {
    const seen = await oneOffTasks.look(cluster, arn);
    // A list may be late in both ways; one that ECS has forgotten runs no more.
    if (seen === undefined || seen.lastStatus === 'STOPPED') continue;
    await oneOffTasks.stop(cluster, arn, stopReasons.rollback);
  }
}
