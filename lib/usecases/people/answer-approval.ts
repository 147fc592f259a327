import { judgeAction } from '../../approval/decision-actions.ts';
import type { Decider } from '../../rollout/decider.ts';
import type { Person } from '../../specification/approvals.ts';
import { decide, type Decided, type DecisionNeeds } from './decide.ts';

/** Records one person's answer to the approval before production, wherever they gave it. */
export function answerApproval(
  rolloutId: string,
  person: Person,
  answer: 'approve' | 'reject',
  decider: Omit<Decider, 'by'>,
  world: DecisionNeeds,
): Promise<Decided> {
  return decide(rolloutId, (state, now) => judgeAction(state, person, answer, decider, now), world);
}
