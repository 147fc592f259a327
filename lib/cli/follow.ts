import type { StoredRollout } from '../ports/rollout-store.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { severityOf } from '../rollout/transition.ts';
import { formatDuration } from '../specification/quantity.ts';
import { CliFailure, type CliContext, type Stack } from './cli-context.ts';
import { eventLine } from './rollout-view.ts';

const pollMilliseconds = 2_000;

/** 0 for one that runs or succeeded, and for a drill that passed; 1 for one that was rejected or rolled back. */
export function exitCodeOf(state: RolloutState): 0 | 1 {
  if (state.drilled?.passed === true) return 0;
  return state.phase === 'rejected' || state.phase === 'rolledBack' ? 1 : 0;
}

/**
 * Waits until a rollout is over, telling each transition once on stderr as it happens.
 * @param timeoutSeconds none where undefined
 * @throws CliFailure where the time is up; the rollout goes on
 */
export async function followToEnd(
  from: StoredRollout,
  { store }: Stack,
  { err, now, sleep }: CliContext,
  timeoutSeconds: number | undefined,
): Promise<StoredRollout> {
  const { rolloutId } = from.state;
  const until = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : now().getTime() + timeoutSeconds * 1000;
  let seen = 0;
  let current = from;
  for (;;) {
    // Read after the state, so that the last events of a rollout that is over are among them.
    for (const recorded of await store.events(rolloutId, seen)) {
      seen = recorded.sequence;
      if (severityOf(recorded.event.type) !== undefined) err(eventLine(recorded, current.state));
    }
    if (!isActive(current.state)) return current;
    if (now().getTime() >= until) {
      throw new CliFailure(
        `${rolloutId} is still ${current.state.phase} after ${formatDuration(timeoutSeconds ?? 0)} and goes on. Look again with: sluice status ${rolloutId}`,
      );
    }
    await sleep(pollMilliseconds);
    const next = await store.load(rolloutId);
    if (next === undefined) throw new CliFailure(`${rolloutId} is no longer in the record. Was the table replaced?`);
    current = next;
  }
}

/**
 * Whether `--timeout` has something to end.
 * @throws CliFailure where nothing is waited for
 */
export function checkTimeout({ wait = false, timeout }: { readonly wait?: boolean; readonly timeout?: number }): void {
  if (timeout !== undefined && !wait) throw new CliFailure('--timeout belongs to --wait.', 2);
}
