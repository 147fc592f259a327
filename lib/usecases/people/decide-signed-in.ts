import { actionsAt, type DecisionAction, judgeAction, letsTrafficIn } from '../../approval/decision-actions.ts';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import { openPoint } from '../../approval/link-state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Person } from '../../specification/approvals.ts';
import { decide, type Decided } from './decide.ts';
import { shownPoint } from './shown-point.ts';
import type { TakeDecisionNeeds } from './take-decision.ts';

/** What a person who signed in sent from the page of a rollout. */
export interface SignedInDecision {
  readonly action: DecisionAction;
  /** The point that the page showed. */
  readonly point: string;
  readonly reason?: string | undefined;
}

/**
 * Does what a person of the spec decided on the page of a rollout, by the same rules as their personal link after a sign-in. What lets
 * traffic in counts only at the point that the page showed.
 */
export async function decideSignedIn(
  rolloutId: string,
  person: Person,
  { action, point, reason }: SignedInDecision,
  world: TakeDecisionNeeds,
): Promise<Decided> {
  const judge = (state: RolloutState, now: Date): Judged => {
    const open = openPoint(state);
    if (letsTrafficIn(action) && shownPoint(state) !== point)
      return refused('The rollout has gone on since the page was loaded; nothing was changed.');
    if (open === undefined || !actionsAt(open, state).includes(action))
      return refused('This is not possible now; nothing was changed.');
    return judgeAction(state, person, action, { how: 'verified', ...(reason === undefined ? {} : { reason }) }, now);
  };
  const decided = await decide(rolloutId, judge, world);
  const { phase, decisions = [], reason: because = 'no reason was recorded' } = decided.stored.state;
  const wasAborted = decisions.some(({ answer }) => answer === 'aborted');
  // Also where it was decided before: the function may have died before the machine was started.
  if (action === 'abort' && wasAborted && phase === 'rollingBack') {
    await world.startRollback(rolloutId, { by: person.name, reason: because });
  }
  return decided;
}
