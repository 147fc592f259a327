import type { RolloutEvent } from '../rollout/events.ts';
import type { Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Person } from '../specification/approvals.ts';
import { rolesToApprove } from '../specification/asked-people.ts';
import { quorumOf, wouldFill } from '../specification/quorum.ts';

/** What a person's answer leads to: events to append, or why it does not count, with the next step. */
export type Judged =
  | { readonly outcome: 'counts'; readonly events: readonly RolloutEvent[] }
  | { readonly outcome: 'refused'; readonly reason: string };

export function refused(reason: string): Judged {
  return { outcome: 'refused', reason };
}

/**
 * Judges one answer to the approval before production. Each required role approves once, each by another person, none by who
 * asked; a rejection by anybody asked ends the rollout, and says why.
 */
export function judgeApproval(
  state: RolloutState,
  person: Person,
  answer: 'approve' | 'reject',
  decider: Pick<Decider, 'how' | 'reason'>,
  now: Date,
): Judged {
  const { phase, approval, rolloutId } = state;
  if (phase !== 'awaitingApproval') return refused(`Rollout ${rolloutId} waits for no approval: it is ${phase}.`);
  if (approval?.until !== undefined && now.getTime() >= Date.parse(approval.until)) {
    return refused(
      `The time to approve ended at ${approval.until}. Start the rollout again: sluice retry ${rolloutId}`,
    );
  }
  return answer === 'reject' ? reject(person, decider) : approve(state, person, decider);
}

function reject({ name: by }: Person, { how, reason }: Pick<Decider, 'how' | 'reason'>): Judged {
  if (reason === undefined || reason.trim() === '') return refused('Rejecting needs a comment: say why.');
  return { outcome: 'counts', events: [{ type: 'RolloutRejected', reason, results: [], by, how }] };
}

function approve(state: RolloutState, person: Person, { how, reason }: Pick<Decider, 'how' | 'reason'>): Judged {
  const required = rolesToApprove(state.spec.approvals);
  const given = state.approval?.given ?? [];
  const before = given.find(({ name }) => name === person.name);
  if (before !== undefined) return refused(`${person.name} approved at ${before.at} already.`);
  if (!wouldFill(required, given, person)) {
    const { open } = quorumOf(required, given);
    return refused(
      `${person.roles.join(', ')} has approved already, and one person fills one role. Still open: ${open.join(', ')}.`,
    );
  }
  const { open } = quorumOf(required, [...given, person]);
  const approved: RolloutEvent = { type: 'Approved', by: person.name, roles: person.roles, how, reason };
  return { outcome: 'counts', events: open.length === 0 ? [approved, { type: 'ApprovalGranted' }] : [approved] };
}
