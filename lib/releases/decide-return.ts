import { backBefore } from './order.ts';
import type { ReleaseEvent } from './release-events.ts';
import { memberOf, type ReleaseMember, type ReleaseState, type MemberStatus } from './release-state.ts';
import { type SeenMember, type SeenRelease, seenOf } from './seen-release.ts';

/** Longer than the nodes of a load balancer take to obey a rule. */
const propagationSeconds = 16;
/** Returns to a kept version that are begun before a person is needed. */
const mostAttempts = 3;

/** Returns the members that go back now, where a failure or a person has decided so: each after those that need its new version. */
export function returnsNow(state: ReleaseState, seen: SeenRelease, now: Date): readonly ReleaseEvent[] {
  const { failure, members } = state;
  if (failure === undefined || failure.direction === 'stop') return [];
  return members.flatMap((member): readonly ReleaseEvent[] => {
    const one = seenOf(seen, member);
    if (one === undefined) return [];
    if (member.standing === 'begun') return abortOf(member, one);
    if (failure.direction !== 'rollBackAll') return [];
    if (member.standing === 'returning') return nextAttempt(member, one);
    return member.standing === 'serves' ? returnOf(member, one, state, seen, now) : [];
  });
}

/** A rollout under way is rolled back; one that is only being opened is waited for. */
function abortOf({ service }: ReleaseMember, { rollout }: SeenMember): readonly ReleaseEvent[] {
  if (rollout === undefined) return [];
  return [{ type: 'MemberReturns', service, how: 'abort', rolloutId: rollout.rolloutId }];
}

function returnOf(
  { service }: ReleaseMember,
  { names }: SeenMember,
  state: ReleaseState,
  seen: SeenRelease,
  now: Date,
): readonly ReleaseEvent[] {
  const before = backBefore(state.members, service).map((name) => memberOf(state, name));
  const stuck = before.find(({ standing }) => standing === 'stuck');
  if (stuck !== undefined) {
    const reason = `${stuck.service} needs its new version and could not go back`;
    return [{ type: 'MemberStuck', service, reason }];
  }
  if (!before.every((one) => isOff(one, seenOf(seen, one), now))) return [];
  return [{ type: 'MemberReturns', service, how: 'toKept', execution: names.back }];
}

/** A return that did not come about is begun again; where it cannot, a person is needed. */
function nextAttempt({ service, wayBack, attempt = 1 }: ReleaseMember, seen: SeenMember): readonly ReleaseEvent[] {
  if (wayBack !== 'toKept') return [];
  const { way, execution, names } = seen;
  const failed =
    way === undefined
      ? execution.standing === 'ended' && execution.reason
      : (way.phase === 'rolledBack' || way.phase === 'rejected') && (way.reason ?? 'its return was rolled back');
  if (failed === false) return [];
  return attempt < mostAttempts
    ? [{ type: 'MemberReturns', service, how: 'toKept', execution: names.back }]
    : [{ type: 'MemberStuck', service, reason: failed }];
}

const off: ReadonlySet<MemberStatus> = new Set<MemberStatus>(['waiting', 'unchanged', 'back', 'failed', 'skipped']);

/** Returns whether no user reaches a member's new version any more. */
function isOff(member: ReleaseMember, seen: SeenMember | undefined, now: Date): boolean {
  if (off.has(member.standing)) return true;
  if (member.standing !== 'returning' || seen === undefined) return false;
  const { wayBack } = member;
  const going = wayBack === 'toKept' ? seen.way : wayBack === 'byOthers' ? seen.others : seen.rollout;
  const since = going?.leftSince;
  return since !== undefined && now.getTime() - Date.parse(since) >= propagationSeconds * 1000;
}
