import { disarmGuard, type GuardNote } from './guard.ts';
import { type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** State `CloseRollback`: the rollout is rolled back and its lock released. */
export async function closeRollback(
  input: OwnedInput,
  world: Part<'store' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'rolledBack'; reason: string }> {
  const stored = await ownedRollout(world, input);
  const reason = stored.state.reason ?? 'no reason was recorded';
  if (stored.state.phase !== 'rolledBack') await record(world, stored, { type: 'RolledBack', reason });
  return { outcome: 'rolledBack', reason, ...(await disarmGuard(input.rolloutId, world)) };
}
