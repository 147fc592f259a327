import type { Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import { startAgain } from '../rollout/start-again.ts';
import { whyNotAfter, whyNotReviewer } from './judge-direct-use.ts';
import { type Judged, refused } from './judge-approval.ts';

/**
 * Judges an approval by one person alone, in an emergency. Neither roles nor the requester nor a sign-in count, so that it also works
 * while what they need is down; the spec has to allow it.
 */
export function judgeBreakGlass(state: RolloutState, decider: Decider, now: Date): Judged {
  const { rolloutId, phase, service, spec, approval } = state;
  const { reason = '', ...who } = decider;
  if (spec.approvals.breakGlass !== true) {
    return refused(`The spec of ${service} allows no approval by one person alone (approvals.breakGlass).`);
  }
  if (phase !== 'awaitingApproval') return refused(`Rollout ${rolloutId} waits for no approval: it is ${phase}.`);
  if (approval?.until !== undefined && now.getTime() >= Date.parse(approval.until)) {
    return refused(`The time to approve ended at ${approval.until}. Start the rollout again: ${startAgain(state)}`);
  }
  if (reason.trim() === '') return refused('This pages people: say why with --reason.');
  return { outcome: 'counts', events: [{ type: 'BreakGlassUsed', ...who, reason }] };
}

/**
 * Judges the review of what people did alone: an approval, and rules that they wrote directly. It is by another person than the one who
 * did it, whatever names both go by.
 */
export function judgeReview(state: RolloutState, decider: Decider): Judged {
  const { directUses = [], brokenGlass } = state;
  const isOpen = brokenGlass !== undefined && brokenGlass.reviewedBy === undefined;
  if (directUses.every(({ reviewedBy }) => reviewedBy !== undefined)) return judgeGlassReview(state, decider);
  const { reason = '', ...who } = decider;
  const why = whyNotReviewer(state, decider);
  if (why !== undefined) return refused(why);
  if (reason.trim() === '') return refused('A review needs a comment: say what you found with --reason.');
  const ofGlass = isOpen ? judgeGlassReview(state, decider) : undefined;
  if (ofGlass?.outcome === 'refused') return ofGlass;
  return { outcome: 'counts', events: [{ type: 'DirectUseReviewed', ...who, reason }, ...(ofGlass?.events ?? [])] };
}

function judgeGlassReview({ rolloutId, brokenGlass, spec }: RolloutState, decider: Decider): Judged {
  const { reason = '', ...who } = decider;
  if (brokenGlass === undefined)
    return refused(
      `Nobody let rollout ${rolloutId} in alone, and no direct use is in its record: there is nothing to review.`,
    );
  if (brokenGlass.reviewedBy !== undefined)
    return refused(`${brokenGlass.reviewedBy} has reviewed ${rolloutId} already.`);
  const why = whyNotAfter({ ...brokenGlass, did: `let ${rolloutId} in alone` }, decider, spec.approvals);
  if (why !== undefined) return refused(why);
  if (reason.trim() === '') return refused('A review needs a comment: say what you found with --reason.');
  return { outcome: 'counts', events: [{ type: 'BreakGlassReviewed', ...who, reason }] };
}
