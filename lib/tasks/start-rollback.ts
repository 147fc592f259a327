import type { RolloutStore } from '../ports/rollout-store.ts';
import { isActive } from '../rollout/rule-book.ts';
import type { Part } from './world.ts';

/** Why a rollout shall go back, as the rollback machine takes it. */
export interface RollbackRequest {
  readonly rolloutId: string;
  /** Who asks, in words. */
  readonly by: string;
  readonly reason: string;
  /** A rollout whose last watch has passed is finished instead. A person or an alarm leaves it out: they mean it. */
  readonly ifPassed?: 'finish';
}

export type StartedRollback =
  | {
      /** `joined`: one runs already. */
      readonly outcome: 'started' | 'joined';
      readonly execution: string;
    }
  | { readonly outcome: 'nothingToRollBack' | 'givenUp' };

/** As many as a person will ever try; each has a name of its own. */
const mostAttempts = 50;
/** What `ConfirmRestored` takes. */
const longestBy = 200;
const longestReason = 600;

interface StartNeeds extends Part<'rollbacks'> {
  readonly store: Pick<RolloutStore, 'load'>;
}

/**
 * The one way in which anybody starts a rollback: joins the one that runs, otherwise starts the next attempt under its name
 * `<rollout>-rb-<attempt>`, so that two who ask at once start one. Even where both start one (EventBridge Scheduler names its
 * executions itself) the second joins, by the claim in the machine.
 */
export async function startRollback(
  request: RollbackRequest,
  { store, rollbacks }: StartNeeds,
  atMost = mostAttempts,
): Promise<StartedRollback> {
  const { rolloutId, by, reason } = request;
  const stored = await store.load(rolloutId);
  if (stored === undefined || !isActive(stored.state)) return { outcome: 'nothingToRollBack' };
  const { claimedBy } = stored;
  if (claimedBy !== undefined && (await rollbacks.isRunning(claimedBy))) {
    return { outcome: 'joined', execution: claimedBy };
  }
  const input = { ...request, by: by.slice(0, longestBy), reason: reason.slice(0, longestReason) };
  for (let attempt = 1; attempt <= atMost; attempt += 1) {
    const { executionArn, alreadyStarted } = await rollbacks.start(`${rolloutId}-rb-${attempt}`, input);
    if (!alreadyStarted) return { outcome: 'started', execution: executionArn };
    if (await rollbacks.isRunning(executionArn)) return { outcome: 'joined', execution: executionArn };
  }
  return { outcome: 'givenUp' };
}
