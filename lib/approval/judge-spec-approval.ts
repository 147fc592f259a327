import type { RolloutState } from '../rollout/state.ts';
import type { Calling } from './judge-caller.ts';
import { factsOfCaller, recognize, strangerText, whyNotCaller } from './judge-caller.ts';
import { type Asked, whyNotLetIn } from './decision-actions.ts';
import { neededApprovals, wouldHelp } from './needed-approvals.ts';

/** One approval, without its time. */
export type SpecApproval = Omit<NonNullable<RolloutState['approval']>['given'][number], 'at'>;

/** What became of an approval of a spec. */
export type JudgedSpecApproval =
  | { readonly outcome: 'counts'; readonly approval: SpecApproval }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Judges the approval of a spec that changes who approves, by the people and rules of the version in force: the same as for a rollout
 * that waits for approval.
 */
export function judgeSpecApproval(asked: Asked, calling: Calling): JudgedSpecApproval {
  const { person, by, how, contradiction } = recognize(asked.spec.approvals, calling);
  const refused = (reason: string) => ({ outcome: 'refused', reason }) as const;
  if (person === undefined) return refused(strangerText(asked, by));
  const why =
    contradiction ?? whyNotCaller(asked, 'approve', calling.caller) ?? whyNotLetIn(asked, person, 'approve', how);
  if (why !== undefined) return refused(why);
  const given = asked.approval?.given ?? [];
  const before = given.find(({ name }) => name === person.name);
  if (before !== undefined) return refused(`${person.name} approved at ${before.at} already.`);
  if (!wouldHelp(neededApprovals(asked), given, person)) {
    return refused(`${person.roles.join(', ')} has approved already, and one person fills one role.`);
  }
  const { name, roles } = person;
  return { outcome: 'counts', approval: { name, roles, how, ...factsOfCaller(calling.caller) } };
}
