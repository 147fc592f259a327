import type * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { delayCap, delayed, delayEnded } from '../../rollout/delay.ts';
import { isActive, type Phase } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { nextTask } from '../../rollout/task-runs.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { decideRollback, ownedInput, record } from '../ownership/owned-rollout.ts';
import { provisionPollSeconds } from './provision-green.ts';
import { isFinal, readableError, stateError } from '../ownership/state-error.ts';
import type { Part } from '../../ports/world.ts';

export const delayRolloutInput = ownedInput.extend({
  /** What the state machine caught. */
  error: stateError,
});

interface Output extends GuardNote {
  /** Where the machine goes on after the wait, or that it ends here. */
  readonly outcome: 'check' | 'provision' | 'tasks' | 'verify' | 'analyse' | 'rollBack' | 'takenOver';
  readonly waitSeconds: number;
  /** Where it goes on with the analysis: the step under way. */
  readonly step: number;
}

const longestReason = 600;

/**
 * State `DelayRollout`: a state could not do its work, which says nothing about green. The work is tried again, from where the
 * record says that the rollout stands, up to a cap; then, or where trying again cannot help, it is rolled back. While the record
 * itself cannot be reached the machine calls this again and again, and the guard is the limit.
 */
export async function delayRollout(
  input: z.output<typeof delayRolloutInput>,
  world: Part<'store' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await knownRollout(world.store, input.rolloutId);
  const { state } = stored;
  const waitSeconds = provisionPollSeconds(state);
  const step = Math.max(0, state.step);
  if (stored.fence !== input.fence || !isActive(state)) return { outcome: 'takenOver', waitSeconds, step };
  if (state.phase === 'rollingBack') return { outcome: 'rollBack', waitSeconds, step };

  const reason = readableError(input.error).slice(0, longestReason);
  if (isFinal(input.error)) {
    const said = `A step of the rollout could not be done: ${reason}`;
    return { ...(await decideRollback(world, stored, said, undefined, input.error)), waitSeconds, step };
  }
  const decision = delayed(state, reason, delayCap(state), world.now());
  if (decision.outcome === 'rollBack') {
    return { ...(await decideRollback(world, stored, decision.reason, undefined, input.error)), waitSeconds, step };
  }
  if (decision.events.length > 0) await record(world, stored, ...decision.events);
  return {
    outcome: resumeAt(state),
    waitSeconds,
    step,
    ...(await pushGuard(stored, waitSeconds, world)),
  };
}

function resumeAt(state: RolloutState): Output['outcome'] {
  if (state.phase === 'verifying' && nextTask(state, 'before') !== undefined) return 'tasks';
  return resumedAt[state.phase] ?? 'analyse';
}

/** Every state of the machine may be repeated, so it goes on with the first one of the rollout's phase. */
const resumedAt: Readonly<Partial<Record<Phase, Output['outcome']>>> = {
  checking: 'check',
  awaitingApproval: 'check',
  provisioning: 'provision',
  verifying: 'verify',
};

/** Records that work which was delayed could be done; the next failure begins a delay of its own. */
export async function endDelay(stored: StoredRollout, world: Part<'store' | 'now'>): Promise<StoredRollout> {
  const events = delayEnded(stored.state, world.now());
  return events.length === 0 ? stored : record(world, stored, ...events);
}
