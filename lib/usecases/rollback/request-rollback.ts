import type * as z from 'zod';
import { isActive } from '../../rollout/phase.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { ownedInput, record, uncheckedMark } from '../ownership/owned-rollout.ts';
import { readableError, stateError } from '../ownership/state-error.ts';
import type { Part } from '../../ports/world.ts';

export const requestRollbackInput = ownedInput.extend({
  /** What the state machine caught. */
  error: stateError,
});

const longestReason = 600;

/**
 * State `RequestRollback`: a state could not do its work; the reason is recorded and the execution only watches from now on.
 * Where somebody else took the rollout over meanwhile, that was the reason, and there is nothing to ask for.
 */
export async function requestRollback(
  input: z.output<typeof requestRollbackInput>,
  world: Part<'store' | 'now'>,
): Promise<{ outcome: 'requested' | 'takenOver' }> {
  const stored = await knownRollout(world.store, input.rolloutId);
  if (stored.fence !== input.fence || !isActive(stored.state)) return { outcome: 'takenOver' };
  if (stored.state.phase === 'rollingBack') return { outcome: 'requested' };
  const reason = `A step of the rollout could not be done: ${readableError(input.error)}`.slice(0, longestReason);
  const mark = uncheckedMark(stored, input.error);
  await record(world, stored, { type: 'RollbackRequested', reason, by: 'the rollout', ...mark });
  return { outcome: 'requested' };
}
