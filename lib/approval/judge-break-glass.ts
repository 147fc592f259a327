import type { Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type Judged, refused } from './judge-approval.ts';

/**
 * Judges an approval by one person alone, in an emergency. Neither roles nor the requester nor a sign-in count, so that it also works
 * while what they need is down; the spec has to allow it.
 */
export function judgeBreakGlass(
  { rolloutId, phase, service, spec, approval }: RolloutState,
  decider: Decider,
  now: Date,
): Judged {
  const { reason = '', ...who } = decider;
  if (spec.approvals.breakGlass !== true) {
    return refused(`The spec of ${service} allows no approval by one person alone (approvals.breakGlass).`);
  }
  if (phase !== 'awaitingApproval') return refused(`Rollout ${rolloutId} waits for no approval: it is ${phase}.`);
  if (approval?.until !== undefined && now.getTime() >= Date.parse(approval.until)) {
    return refused(
      `The time to approve ended at ${approval.until}. Start the rollout again: sluice retry ${rolloutId}`,
    );
  }
  if (reason.trim() === '') return refused('This pages people: say why with --reason.');
  return { outcome: 'counts', events: [{ type: 'BreakGlassUsed', ...who, reason }] };
}

/** Judges the review of such an approval: by another person than the one who gave it, and by another principal. */
export function judgeReview({ rolloutId, brokenGlass }: RolloutState, decider: Decider): Judged {
  const { reason = '', ...who } = decider;
  if (brokenGlass === undefined)
    return refused(`Nobody let rollout ${rolloutId} in alone; there is nothing to review.`);
  if (brokenGlass.reviewedBy !== undefined)
    return refused(`${brokenGlass.reviewedBy} has reviewed ${rolloutId} already.`);
  const isSame = who.by === brokenGlass.by || (who.principal !== undefined && who.principal === brokenGlass.principal);
  if (isSame) return refused(`${brokenGlass.by} let ${rolloutId} in alone; another person has to review that.`);
  if (reason.trim() === '') return refused('A review needs a comment: say what you found with --reason.');
  return { outcome: 'counts', events: [{ type: 'BreakGlassReviewed', ...who, reason }] };
}
