import type { RolloutEvent } from './events.ts';
import type { RolloutState } from './state.ts';

/** What is timed of a rollback. */
type Timed = Extract<RolloutEvent, { type: 'RollbackPartSlow' | 'RollbackSlow' }>;

/**
 * The event that says a part of the rollback took longer than its budget; none where it did not, or where the record says it
 * already. An overrun fails nothing: stopping halfway would help nobody.
 * @param since when the part began
 */
export function overrunOf(state: RolloutState, part: Timed['part'], since: Date, now: Date): readonly RolloutEvent[] {
  const budgetSeconds = state.spec.rollback.budgets[part];
  const seconds = Math.round((now.getTime() - since.getTime()) / 1000);
  if (seconds <= budgetSeconds || state.slowParts?.includes(part) === true) return [];
  if (part === 'restore' || part === 'whole') return [{ type: 'RollbackSlow', part, seconds, budgetSeconds }];
  return [{ type: 'RollbackPartSlow', part, seconds, budgetSeconds }];
}
