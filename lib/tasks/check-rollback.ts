import * as z from 'zod';
import { longestStickiness } from '../rollout/way-back.ts';
import { isActive } from '../rollout/rule-book.ts';
import { knownRollout } from './known-rollout.ts';
import type { Part } from './world.ts';

export const checkRollbackInput = z.object({ rolloutId: z.string().min(1) });

interface Output {
  readonly outcome: 'rolledBack' | 'rollingBack' | 'stalled';
  /** Why the rollout went back: the failed execution's cause. */
  readonly cause: string;
}

/** The rollback's own budgets add up to 5 minutes; the rest is for a second attempt. */
const patienceSeconds = 900;

/** State `CheckRollback`: watches from outside how far the rollback machine is. */
export async function checkRollback(
  { rolloutId }: z.output<typeof checkRollbackInput>,
  { store, now }: Part<'store' | 'now'>,
): Promise<Output> {
  const stored = await knownRollout(store, rolloutId, ' to watch');
  const { phase, reason = 'no reason was recorded', rollbackSince, service, image } = stored.state;
  const name = `${service} ${image.tag ?? image.digest}`;
  if (phase === 'rolledBack') return { outcome: 'rolledBack', cause: `${name} was rolled back: ${reason}` };
  if (!isActive(stored.state)) {
    return { outcome: 'stalled', cause: `${name} is ${phase}: it has ended meanwhile and is not being rolled back.` };
  }
  const waited = rollbackSince === undefined ? 0 : (now().getTime() - Date.parse(rollbackSince)) / 1000;
  const patience = patienceSeconds + longestStickiness(stored.state);
  if (waited <= patience) return { outcome: 'rollingBack', cause: `${name} is being rolled back: ${reason}` };
  return {
    outcome: 'stalled',
    cause: `The rollback of ${name} has not ended after ${patience} s. Look at execution ${rolloutId}-rb-1 and put the rules back by its restore plan.`,
  };
}
