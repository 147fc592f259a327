import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { TaskTokens } from '../../ports/task-tokens.ts';
import { isActive } from '../../rollout/phase.ts';
import type { Part } from '../../ports/world.ts';

export type WakingWorld = Part<'rollbacks' | 'now'> & { readonly taskTokens: Pick<TaskTokens, 'wake'> };

/** How long the table's stream takes at most to let an execution go on, if nothing is out. */
const heardWithinSeconds = 300;
/** After this an execution that waits is left to the ceiling of its wait. */
const longestSeconds = 86_400;

/**
 * Lets an execution go on that still waits for an approval which was given or refused: an outage outlasted the retries of the stream that
 * should have told it. An execution that does not wait is not disturbed.
 * @returns whether it may still wait: then this is to be called again
 */
export async function wakeWaiting({ state }: StoredRollout, world: WakingWorld): Promise<boolean> {
  const { approval, phase, closedAt, rolloutId, executionArn } = state;
  const decidedAt = closedAt ?? approval?.grantedAt;
  if (approval === undefined || decidedAt === undefined || (isActive(state) && phase !== 'checking')) return false;
  const seconds = (world.now().getTime() - Date.parse(decidedAt)) / 1000;
  if (seconds > longestSeconds || !(await world.rollbacks.isRunning(executionArn))) return false;
  if (seconds > heardWithinSeconds) await world.taskTokens.wake(rolloutId);
  return true;
}
