import { overrunOf } from '../rollout/rollback-budget.ts';
import { longestStickiness } from '../rollout/way-back.ts';
import { type GuardNote, watchInstead } from './guard.ts';
import { type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** State `CloseRollback`: the rollout is rolled back and its lock released; its weights are watched from now on. */
export async function closeRollback(
  input: OwnedInput,
  world: Part<'store' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'rolledBack'; reason: string }> {
  let stored = await ownedRollout(world, input);
  const { state } = stored;
  const reason = state.reason ?? 'no reason was recorded';
  if (state.phase !== 'rolledBack') {
    // Green was kept for clients whose stickiness had to lapse: nobody waited for that.
    const sticky = longestStickiness(state) * 1000;
    const since = new Date(Date.parse(state.rollbackSince ?? state.openedAt) + sticky);
    const overrun = overrunOf(state, 'whole', since, world.now());
    stored = await record(world, stored, ...overrun, { type: 'RolledBack', reason });
  }
  return { outcome: 'rolledBack', reason, ...(await watchInstead(stored.state, world)) };
}
