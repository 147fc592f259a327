import type { CallerFacts, Identity } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Approvals, Person } from '../specification/approvals.ts';
import { personCalled } from '../specification/asked-people.ts';
import type { Caller } from './caller.ts';
import { type Asked, type DecisionAction, judgeAction, judgeOverride, letsTrafficIn } from './decision-actions.ts';
import { type Judged, refused } from './judge-approval.ts';
import { judgeCommand } from './judge-command.ts';
import { personOfPrincipal } from './requester.ts';

/** A command of the command line: who its caller says they are, and who AWS says they are. */
export interface Calling {
  /** The name that the caller gave with `--as`; `undefined` where they gave none. */
  readonly as?: string | undefined;
  /** What the caller's machine calls them, where nothing better is known. */
  readonly user: string;
  readonly reason?: string | undefined;
  readonly caller: Caller;
}

/** Who a caller is to a spec: one of its people, or a name that proves nothing. */
export interface Recognized {
  readonly person: Person | undefined;
  /** The name for the record. */
  readonly by: string;
  readonly how: Identity;
  /** Why the caller cannot be who they say; `undefined` where nothing contradicts it. */
  readonly contradiction: string | undefined;
}

/**
 * Returns who a caller is to a spec. A principal that the spec lists for a person is that person, whatever name they gave. Any other
 * caller is taken at their word, and the record says so; not where the spec lists the principals of that person and theirs is none of
 * them. A listed principal that is not known to be one human contradicts nothing only while nobody could say that, or nobody asked.
 */
export function recognize({ people }: Pick<Approvals, 'people'>, { as, user, caller }: Calling): Recognized {
  const own = caller.standing === 'one' ? personOfPrincipal({ people }, caller.principal) : undefined;
  const called = personCalled({ people }, as ?? user);
  if (own !== undefined) {
    const isOther = as !== undefined && called?.name !== own.name;
    const contradiction = isOther
      ? `AWS says that you are ${own.name}, as ${caller.principal} is. Leave --as out.`
      : undefined;
    return { person: own, by: own.name, how: 'verified', contradiction };
  }
  const listed = called?.principals ?? [];
  const isListed = caller.standing === 'unread' && listed.includes(caller.principal);
  const why = caller.why === '' ? '' : ` (${caller.why})`;
  return {
    person: called,
    by: called?.name ?? as ?? user,
    how: 'command',
    contradiction:
      called !== undefined && listed.length > 0 && !isListed
        ? `The spec lists the principals of ${called.name}, and ${caller.principal} counts for none of them${why}.`
        : undefined,
  };
}

/** Returns what is recorded of a caller beside their name. */
export function factsOfCaller({ principal, standing }: Caller): CallerFacts {
  return { principal, ...(standing === 'shared' && { shared: true }) };
}

/** Judges what a caller of the command line does to a rollout; anyone may stop one. */
export function judgeCalled(
  state: RolloutState,
  action: DecisionAction | 'retry' | 'override',
  calling: Calling,
  now: Date,
): Judged {
  const { approvals } = state.spec;
  const { person, by, how, contradiction } = recognize(approvals, calling);
  const { caller, reason } = calling;
  const decider = { how, ...(reason !== undefined && { reason }), ...factsOfCaller(caller) };
  if (action === 'override') {
    const why = person && (contradiction ?? whyNotCaller(state, 'promote', caller));
    return why === undefined ? judgeOverride(state, { ...decider, by: person?.name ?? by }) : refused(why);
  }
  const isAnswer = action === 'approve' || action === 'reject';
  if (action === 'retry' || (!isAnswer && (!letsTrafficIn(action) || approvals.people.length === 0))) {
    return judgeCommand(state, action, { ...decider, by });
  }
  if (person === undefined) return refused(strangerText(state, by));
  const why = letsTrafficIn(action) ? (contradiction ?? whyNotCaller(state, action, calling.caller)) : undefined;
  return why === undefined ? judgeAction(state, person, action, decider, now) : refused(why);
}

/** Returns what is said to a caller who is none of the people of a spec. */
export function strangerText({ service, spec }: Pick<Asked, 'service' | 'spec'>, by: string): string {
  const names = spec.approvals.people.map(({ name }) => name).join(', ');
  const choice = names === '' ? 'it names no people at all, see docs/approvals.md' : names;
  return `The spec of ${service} names no person called "${by}". Say who decides with --as: ${choice}.`;
}

const otherWay = 'Use your personal link, or a principal that the spec lists for you.';

/** Returns what is said to a caller of whom IAM did not say whether they are one person. */
export function unreadText({ principal, why }: Caller): string {
  return `It could not be found out whether ${principal} is one person: ${why}. Try again in a minute. ${otherWay}`;
}

/** Returns why a principal may not let something in, whatever name was given with it; `undefined` where it may. */
export function whyNotCaller(asked: Asked, action: DecisionAction, caller: Caller): string | undefined {
  const { principal, standing, why } = caller;
  if (standing === 'unread') return unreadText(caller);
  const { requester, spec, what = 'this rollout' } = asked;
  const identities = requester === undefined || requester.standing === 'sought' ? [] : (requester.identities ?? []);
  if (standing === 'one' && identities.includes(principal)) {
    return `${principal} requested ${what}, and the requester cannot let traffic in. Another person has to.`;
  }
  if (action === 'approve') return whyNotApproved(asked, principal, standing);
  const isKnown = requester === undefined || requester.standing === 'named';
  if (standing === 'one' || isKnown || spec.approvals.unknownRequester === 'allow') return undefined;
  return `It is not known who requested ${what}, and ${why}: the caller may be the requester. ${otherWay}`;
}

/** One principal approves once, and all that several people may be count as one person. */
function whyNotApproved(
  { approval }: Asked,
  principal: string,
  status: Exclude<Caller['standing'], 'unread'>,
): string | undefined {
  const given = approval?.given ?? [];
  const same = given.find((one) => one.principal === principal);
  if (same !== undefined) return `${principal} approved at ${same.at} already, as ${same.name}. ${otherWay}`;
  const shared = status === 'shared' ? given.find((one) => one.shared === true) : undefined;
  if (shared === undefined) return undefined;
  return `Principals that several people may be count as one person, and ${shared.principal ?? 'one'} approved at ${shared.at} already, as ${shared.name}. ${otherWay}`;
}
