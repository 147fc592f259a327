import { createHash } from 'node:crypto';
import type { RolloutState } from '../../rollout/state.ts';
import { runOf, type TaskStage } from '../../rollout/task-runs.ts';
import type { SpecTask } from '../../specification/tasks.ts';
import type { Part } from '../../ports/world.ts';

/** So many of a service's rollouts are searched for an earlier success. */
const mostSearched = 50;

/** Returns what a task's success is known under: its image, its container and its command. */
export function keyOf({ image, spec }: Pick<RolloutState, 'image' | 'spec'>, { container, command }: SpecTask): string {
  const parts = JSON.stringify([image.digest, container ?? spec.container, command]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

/** Returns the rollout of the service in which a task has passed before with this image and this command; `undefined` where none is known. */
export async function passedBefore(
  { service, rolloutId, image }: RolloutState,
  stage: TaskStage,
  { name }: SpecTask,
  key: string,
  { store }: Part<'store'>,
): Promise<string | undefined> {
  const rollouts = await store.list(service, mostSearched);
  for (const earlier of rollouts) {
    // Older summaries have no digest.
    if (earlier.rolloutId === rolloutId || (earlier.digest ?? image.digest) !== image.digest) continue;
    const stored = await store.load(earlier.rolloutId);
    if (stored === undefined || stored.altered !== undefined || stored.unchecked !== undefined) continue;
    const run = runOf(stored.state, stage, name);
    if (run?.key === key && (run.status === 'passed' || run.status === 'skipped')) return earlier.rolloutId;
  }
  return undefined;
}
