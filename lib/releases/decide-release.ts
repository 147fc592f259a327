import type { Phase } from '../rollout/phase.ts';
import { followersOf, predecessorsOf } from './order.ts';
import { evolveRelease, type ReleaseEvent } from './release-events.ts';
import type { ReleaseMember, ReleaseState, MemberStatus } from './release-state.ts';
import { returnsNow } from './decide-return.ts';
import { type SeenMember, type SeenRelease, seenOf } from './seen-release.ts';

/** Reads a state and what was seen, and says what happens next; it changes nothing. */
type Rule = (state: ReleaseState, seen: SeenRelease, now: Date) => readonly ReleaseEvent[];

/** The longest that a member is held for its calendar, or for what could not be found out. */
const longestHoldSeconds = { calendar: 12 * 3600, unknown: 1800 } as const;
/** More than any function lives: after so long nothing can start an execution that was meant and not started. */
const startedBySeconds = 60;

/**
 * Returns what happens next to a release, in order, from what was seen of its members: the one place that decides. A member of which
 * nothing could be seen stays as it is.
 */
export function decideRelease(state: ReleaseState, seen: SeenRelease, now: Date): readonly ReleaseEvent[] {
  if (state.endedAt !== undefined) return [];
  const at = now.toISOString();
  const events: ReleaseEvent[] = [];
  let current = state;
  for (const rule of [learn, refuseUnmet, turn, begin, returnsNow, end] satisfies readonly Rule[]) {
    for (const event of rule(current, seen, now)) {
      events.push(event);
      current = evolveRelease(current, event, at);
    }
  }
  return events;
}

/** What became of the members that are under way. */
const learn: Rule = (state, seen, now) =>
  state.members.flatMap((member) => {
    const one = seenOf(seen, member);
    if (one === undefined) return [];
    if (member.standing === 'begun') return learnBegun(member, one, state, now);
    if (member.standing === 'serves') return goneBackByOthers(member, one);
    return member.standing === 'returning' ? learnReturning(member, one) : [];
  });

function learnBegun(
  { service, since }: ReleaseMember,
  { rollout, execution }: SeenMember,
  { failure }: ReleaseState,
  now: Date,
): readonly ReleaseEvent[] {
  if (rollout === undefined) {
    if (execution.standing === 'ended') return [{ type: 'MemberFailed', service, reason: execution.reason }];
    const isLate = now.getTime() - Date.parse(since) > startedBySeconds * 1000;
    // While all goes well it is started again, under the same name.
    if (execution.standing !== 'none' || failure === undefined || !isLate) return [];
    return [{ type: 'MemberSkipped', service, reason: 'it was not started any more' }];
  }
  const { rolloutId, phase } = rollout;
  if (phase === 'succeeded') return [{ type: 'MemberServes', service, rolloutId }];
  if (phase === 'rollingBack') return [{ type: 'MemberReturns', service, how: 'itself', rolloutId }];
  return hasFailed(phase) ? [{ type: 'MemberFailed', service, rolloutId, reason: reasonOf(rollout) }] : [];
}

const hasFailed = (phase: Phase) => phase === 'rolledBack' || phase === 'rejected';

function reasonOf({ phase, reason }: { readonly phase: Phase; readonly reason?: string | undefined }): string {
  return reason ?? (phase === 'rejected' ? 'its rollout was rejected' : 'its rollout was rolled back');
}

/** Another rollout of the service took it away from the version that it serves. */
function goneBackByOthers({ service }: ReleaseMember, { others }: SeenMember): readonly ReleaseEvent[] {
  if (others === undefined) return [];
  return [{ type: 'MemberReturns', service, how: 'byOthers', others: others.rolloutId }];
}

function learnReturning(member: ReleaseMember, seen: SeenMember): readonly ReleaseEvent[] {
  const { service, wayBack, rolloutId = '' } = member;
  if (wayBack === 'toKept') return learnReturnToKept(member, seen);
  const { rollout, others } = seen;
  if (wayBack === 'byOthers') {
    if (others?.phase === 'succeeded') return [{ type: 'MemberBack', service }];
    // What others began did not come about: the version of the release serves as before.
    return others === undefined || hasFailed(others.phase) ? [{ type: 'MemberServes', service, rolloutId }] : [];
  }
  if (rollout?.phase === 'succeeded') return [{ type: 'MemberServes', service, rolloutId }];
  if (rollout === undefined || !hasFailed(rollout.phase)) return [];
  return wayBack === 'abort'
    ? [{ type: 'MemberBack', service }]
    : [{ type: 'MemberFailed', service, reason: reasonOf(rollout) }];
}

function learnReturnToKept({ service }: ReleaseMember, { way, others }: SeenMember): readonly ReleaseEvent[] {
  if (others !== undefined) return [{ type: 'MemberReturns', service, how: 'byOthers', others: others.rolloutId }];
  return way?.phase === 'succeeded' ? [{ type: 'MemberBack', service }] : [];
}

/** A member that cannot begin any more: what it needs does not serve, or nothing could tell for too long. */
const refuseUnmet: Rule = (state, seen, now) => {
  if (state.failure !== undefined) return [];
  return readyMembers(state).flatMap((member): readonly ReleaseEvent[] => {
    const may = seenOf(seen, member)?.mayBegin;
    if (may === undefined || may.outcome === 'yes') return [];
    const { service, held } = member;
    if (may.outcome === 'no') return [{ type: 'MemberFailed', service, reason: may.reason }];
    const heldSeconds = held === undefined ? 0 : (now.getTime() - Date.parse(held.since)) / 1000;
    const longest = longestHoldSeconds[may.outcome];
    if (heldSeconds > longest) {
      return [{ type: 'MemberFailed', service, reason: `held for ${longest / 60} min: ${may.reason}` }];
    }
    return held?.reason === may.reason ? [] : [{ type: 'MemberHeld', service, reason: may.reason }];
  });
};

const fine: ReadonlySet<MemberStatus> = new Set<MemberStatus>(['serves', 'unchanged']);
const lost: ReadonlySet<MemberStatus> = new Set<MemberStatus>(['returning', 'back', 'failed', 'stuck']);

/** Returns the members that nothing orders any more, and that have not begun. */
export function readyMembers({ members }: ReleaseState): readonly ReleaseMember[] {
  const done = new Set(members.filter((one) => fine.has(one.standing)).map(({ service }) => service));
  return members.filter(
    (member) => member.standing === 'waiting' && predecessorsOf(member).every((name) => done.has(name)),
  );
}

/** A member failed: what becomes of the others, as the release says. */
const turn: Rule = (state) => {
  const { failure, onFailure, members } = state;
  if (failure !== undefined) return [];
  const failed = members.filter(({ standing }) => lost.has(standing));
  const [first] = failed;
  if (first === undefined) return [];
  if (onFailure !== 'continue') {
    const reason = `${first.service}: ${first.reason ?? 'it goes back'}`;
    return [{ type: 'ReleaseTurned', direction: onFailure, by: 'the release', reason, service: first.service }];
  }
  // What two failed members come before is skipped once: a skipped member is skipped no more.
  return members
    .filter(({ standing }) => standing === 'waiting')
    .flatMap(({ service }) => {
      const cause = failed.find((one) => followersOf(members, one.service).has(service));
      return cause === undefined
        ? []
        : [{ type: 'MemberSkipped', service, reason: `${cause.service} failed` } as const];
    });
};

/** Members that may begin do, all at once. */
const begin: Rule = (state, seen) => {
  if (state.failure !== undefined) return [];
  return readyMembers(state).flatMap((member) => {
    const one = seenOf(seen, member);
    return one?.mayBegin?.outcome === 'yes'
      ? [{ type: 'MemberBegun', service: member.service, execution: one.names.begin } as const]
      : [];
  });
};

const atRest = (...more: readonly MemberStatus[]): ReadonlySet<MemberStatus> =>
  new Set<MemberStatus>(['unchanged', 'failed', 'back', 'skipped', 'stuck', ...more]);
/** Where members rest once all go back: none serves the new version, unless it could not go back. */
const restBack = atRest('waiting');
const restForward = atRest('serves');
const restStopped = atRest('serves', 'waiting');

/** The release ends when no member is under way, and none is still to go. */
const end: Rule = ({ failure, members }) => {
  const all = (rest: ReadonlySet<MemberStatus>) => members.every(({ standing }) => rest.has(standing));
  const isStuck = members.some(({ standing }) => standing === 'stuck');
  if (failure === undefined) {
    if (!all(restForward)) return [];
    return [{ type: 'ReleaseEnded', outcome: members.every((one) => fine.has(one.standing)) ? 'succeeded' : 'partly' }];
  }
  if (failure.direction !== 'rollBackAll') {
    return all(restStopped) ? [{ type: 'ReleaseEnded', outcome: isStuck ? 'incomplete' : 'stopped' }] : [];
  }
  return all(restBack) ? [{ type: 'ReleaseEnded', outcome: isStuck ? 'incomplete' : 'rolledBack' }] : [];
};
