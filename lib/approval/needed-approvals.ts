import type { Approvals } from '../specification/approvals.ts';
import { rolesToApprove } from '../specification/asked-people.ts';
import { quorumOf, type RoleHolder, wouldFill } from '../specification/quorum.ts';
import type { Requested } from './requester.ts';

/** What must be approved before anything changes. */
export interface NeededApprovals {
  /** Each by another person. */
  readonly roles: readonly string[];
  /** Approvals beyond these, from any other people of the spec. */
  readonly more: number;
  /** Why there is more to approve, or why nothing counts yet: a sentence without its point; empty where neither is so. */
  readonly why: string;
  /** Nothing is granted before it is known who requested the rollout. */
  readonly waits: boolean;
}

interface Asking extends Requested {
  readonly spec: { readonly approvals: Approvals };
}

/**
 * Returns the approvals that a rollout needs. Where its requester is not known, one of those who approve may have requested it: so one
 * more has to, as far as the spec names anyone more (`unknownRequester: oneMore`).
 */
export function neededApprovals({ spec: { approvals }, requester }: Asking): NeededApprovals {
  const roles = rolesToApprove(approvals);
  const known: NeededApprovals = { roles, more: 0, why: '', waits: false };
  const why = whyUnknown(requester);
  if (roles.length === 0 || why === undefined || approvals.unknownRequester === 'allow') return known;
  if (approvals.unknownRequester === 'refuse') return { ...known, why, waits: true };
  const more = Math.min(1, Math.max(0, approvals.people.length - roles.length));
  return { ...known, more, why: more > 0 ? why : `${why}; all people of the spec have to approve` };
}

/** Returns why it is not known who requested a rollout; `undefined` where it is. */
function whyUnknown(requester: Requested['requester']): string | undefined {
  if (requester === undefined || requester.standing === 'named') return undefined;
  if (requester.standing === 'unknown') return `it is not known who requested this: ${requester.why}`;
  return `it is not known yet who requested this: the account's event history is searched until ${requester.until}`;
}

/** What of the approvals that are needed is still open. */
export interface OpenApprovals {
  readonly roles: readonly string[];
  readonly more: number;
}

/** Returns what is open after these approvals. */
export function openApprovals(needed: NeededApprovals, given: readonly RoleHolder[]): OpenApprovals {
  const { filled, open } = quorumOf(needed.roles, given);
  return { roles: open, more: Math.max(0, needed.more - (given.length - filled.size)) };
}

/** Returns whether everything that is needed is given, so that the rollout may go on. */
export function isApproved(needed: NeededApprovals, given: readonly RoleHolder[]): boolean {
  const { roles, more } = openApprovals(needed, given);
  return roles.length === 0 && more === 0 && !needed.waits;
}

/** Returns whether one more approval, by this person, is of any use. */
export function wouldHelp(needed: NeededApprovals, given: readonly RoleHolder[], person: RoleHolder): boolean {
  return wouldFill(needed.roles, given, person) || openApprovals(needed, given).more > 0;
}

/** `tech-lead, qa and one more person`; empty where nothing is open. */
export function openText({ roles, more }: OpenApprovals): string {
  const others = more > 0 ? 'one more person' : '';
  return [roles.join(', '), others].filter((part) => part !== '').join(' and ');
}
