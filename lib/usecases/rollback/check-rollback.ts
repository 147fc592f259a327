import * as z from 'zod';
import { longestStickiness } from '../../drivers/rules/unread-restoration.ts';
import { isActive } from '../../rollout/phase.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const checkRollbackInput = z.object({ rolloutId: z.string().min(1) });

interface Output {
  readonly outcome: 'rolledBack' | 'rollingBack' | 'stalled';
  /** Why the rollout went back: the failed execution's cause. */
  readonly cause: string;
  /** Until the next evaluation: longer and longer, as an execution has 25,000 history events. */
  readonly waitSeconds: number;
}

/** The rollback's own budgets add up to 5 minutes; the rest is for a second attempt. */
const patienceSeconds = 900;

/** Traffic that is held for a blue that cannot serve waits for a person, who was notified. */
const heldPatienceSeconds = 24 * 3600;

const shortestWaitSeconds = 2;
const longestWaitSeconds = 300;

/** State `CheckRollback`: watches from outside how far the rollback machine is. */
export async function checkRollback(
  { rolloutId }: z.output<typeof checkRollbackInput>,
  { store, now }: Part<'store' | 'now'>,
): Promise<Output> {
  const stored = await knownRollout(store, rolloutId, ' to watch');
  const { phase, reason = 'no reason was recorded', rollbackSince, service, image, restorationHeld } = stored.state;
  const name = `${service} ${image.tag ?? image.digest}`;
  const waited = rollbackSince === undefined ? 0 : (now().getTime() - Date.parse(rollbackSince)) / 1000;
  const waitSeconds = Math.min(longestWaitSeconds, Math.max(shortestWaitSeconds, Math.floor(waited / 30)));
  if (phase === 'rolledBack') {
    const { closing } = stored.state;
    const how = closing?.closed === true ? `; the rollback was closed by ${closing.by}: ${closing.reason}` : '';
    return { outcome: 'rolledBack', cause: `${name} was rolled back: ${reason}${how}`, waitSeconds };
  }
  if (!isActive(stored.state)) {
    const cause = `${name} is ${phase}: it has ended meanwhile and is not being rolled back.`;
    return { outcome: 'stalled', cause, waitSeconds };
  }
  const held = restorationHeld === undefined ? 0 : heldPatienceSeconds;
  const patience = patienceSeconds + longestStickiness(stored.state) + held;
  if (waited <= patience) {
    return { outcome: 'rollingBack', cause: `${name} is being rolled back: ${reason}`, waitSeconds };
  }
  return {
    outcome: 'stalled',
    cause: `The rollback of ${name} has not ended after ${patience} s. Look at execution ${rolloutId}-rb-1 and put the rules back by its restore plan.`,
    waitSeconds,
  };
}
