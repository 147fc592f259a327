import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { uncheckedMark } from '../ownership/owned-rollout.ts';

/** What is too long is cut and what is no text is passed over: neither is a reason not to roll back. */
const text = (longest: number, otherwise: string) =>
  z
    .string()
    .catch(otherwise)
    .transform((written) => written.slice(0, longest));

/** What a rollback execution was started with; a starter from outside may say who and why. */
export const rollbackRequest = z.object({
  by: text(200, 'a caller outside the rollout'),
  reason: text(600, 'the rollback machine was started from outside'),
});

/** Returns the request as an event, unless one is recorded already. */
export function requestEvents(
  stored: StoredRollout,
  request: z.output<typeof rollbackRequest>,
): readonly RolloutEvent[] {
  if (stored.state.phase === 'rollingBack') return [];
  return [{ type: 'RollbackRequested', ...request, ...uncheckedMark(stored) }];
}
