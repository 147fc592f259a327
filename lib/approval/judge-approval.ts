import type { RolloutEvent } from '../rollout/events.ts';
import type { Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import { startAgain } from '../rollout/start-again.ts';
import type { Person } from '../specification/approvals.ts';
import { unsafeText } from '../rollout/task-runs.ts';
import { isApproved, neededApprovals, openApprovals, openText, wouldHelp } from './needed-approvals.ts';

/** What a person's answer leads to: events to append, or why it does not count, with the next step. */
export type Judged =
  | { readonly outcome: 'counts'; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'refused'; readonly reason: string };

export function refused(reason: string): Judged {
  return { outcome: 'refused', reason };
}

/**
 * Judges one answer to the approval before production. Each required role approves once, each by another person, none by the
 * requester; a rejection by any of them ends the rollout, and says why.
 */
export function judgeApproval(
  state: RolloutState,
  person: Person,
  answer: 'approve' | 'reject',
  decider: Omit<Decider, 'by'>,
  now: Date,
): Judged {
  const { phase, approval, rolloutId } = state;
  if (phase !== 'awaitingApproval') return refused(`Rollout ${rolloutId} waits for no approval: it is ${phase}.`);
  if (approval?.until !== undefined && now.getTime() >= Date.parse(approval.until)) {
    return refused(`The time to approve ended at ${approval.until}. Start the rollout again: ${startAgain(state)}`);
  }
  return answer === 'reject' ? reject(person, decider) : approve(state, person, decider);
}

function reject({ name: by }: Person, { how, reason, ...facts }: Omit<Decider, 'by'>): Judged {
  if (reason === undefined || reason.trim() === '') return refused('Rejecting needs a comment: say why.');
  return { outcome: 'counts', events: [{ type: 'RolloutRejected', reason, results: [], ...facts, by, how }] };
}

function approve(state: RolloutState, person: Person, { how, reason, ...facts }: Omit<Decider, 'by'>): Judged {
  const needed = neededApprovals(state);
  const given = state.approval?.given ?? [];
  const before = given.find(({ name }) => name === person.name);
  if (before !== undefined) return refused(`${person.name} approved at ${before.at} already.`);
  if (!wouldHelp(needed, given, person)) {
    const open = openText(openApprovals(needed, given));
    return refused(
      `${person.roles.join(', ')} has approved already, and one person fills one role. ${open === '' ? `Nothing else is open: ${needed.why}.` : `Still open: ${open}.`}`,
    );
  }
  const unsafe = unsafeText(state);
  if (unsafe !== '' && (reason === undefined || reason.trim() === '')) {
    return refused(
      `${unsafe}. Approving needs a comment that says why all the same (--reason, or the page of your link).`,
    );
  }
  const approved: RolloutEvent = {
    type: 'Approved',
    by: person.name,
    roles: person.roles,
    how,
    reason,
    ...(unsafe !== '' && { unsafe }),
    ...facts,
  };
  return {
    outcome: 'counts',
    events: isApproved(needed, [...given, person]) ? [approved, { type: 'ApprovalGranted' }] : [approved],
  };
}
