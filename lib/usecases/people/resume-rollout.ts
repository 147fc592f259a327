import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const resumeRolloutInput = z.object({ rolloutId: z.string().min(1) });

/** What state `AwaitApproval` ends with; the choice after it routes on `outcome`. */
interface Answer {
  readonly outcome: 'approved' | 'rejected' | 'rollBack';
  /** Empty where it was approved. */
  readonly reason: string;
}

/** Step Functions takes a cause of 32,768 characters; a person reads fewer. */
const longestReason = 2000;

/**
 * Trigger `ResumeRollout`: lets an execution that waits for people go on, with what the record says and nothing else: its
 * caller cannot choose the answer. The only one that holds the right to answer for a task.
 */
export async function resumeRollout(
  { rolloutId }: z.output<typeof resumeRolloutInput>,
  { store, waiting }: Part<'store' | 'waiting'>,
): Promise<{ did: 'resume' | 'waitOn' | 'nothing' }> {
  const token = await waiting.tokenOf(rolloutId);
  if (token === undefined) return { did: 'nothing' };
  const stored = await knownRollout(store, rolloutId);
  const answer = answerOf(stored);
  if (answer === undefined) return { did: 'waitOn' };
  await waiting.answer(token, answer);
  await waiting.forget(rolloutId, token);
  return { did: 'resume' };
}

function answerOf({ state, altered }: StoredRollout): Answer | undefined {
  const { phase, reason = 'no reason was recorded' } = state;
  if (phase === 'awaitingApproval') return undefined;
  if (phase === 'rejected') return { outcome: 'rejected', reason: reason.slice(0, longestReason) };
  if (phase === 'rollingBack' || phase === 'rolledBack') {
    return { outcome: 'rollBack', reason: reason.slice(0, longestReason) };
  }
  // An approval that no event tells of is none.
  if (altered !== undefined)
    return { outcome: 'rollBack', reason: `The record was changed outside of Sluice: ${altered}` };
  return { outcome: 'approved', reason: '' };
}
