import type { RolloutSummary } from '../ports/rollout-store.ts';
import { memberText } from '../releases/member-text.ts';
import { backBefore, predecessorsOf } from '../releases/order.ts';
import type { MemberStatus, ReleaseMember, ReleaseState } from '../releases/release-state.ts';
import { type MemberRollout, memberRolloutOf } from './member-rollout.ts';
import type { ReadMember } from './read-release.ts';

/** One service of a release. */
export interface MemberView {
  readonly service: string;
  readonly standing: MemberStatus;
  /** The same in words. */
  readonly text: string;
  /** ISO 8601. */
  readonly since: string;
  /** What the version that it leaves is called; `undefined` where the record does not know. */
  readonly from: string | undefined;
  readonly to: string;
  readonly toDigest: string;
  /** Members that have to serve before it begins. */
  readonly waitsFor: readonly string[];
  /** Members whose version needs its own: they go back before it. */
  readonly backAfter: readonly string[];
  /** Why it is held, failed, is stuck or does not begin. */
  readonly reason: string | undefined;
  readonly rollout: MemberRollout | undefined;
  /** Until when its former version is kept, ISO 8601. */
  readonly keptUntil: string | undefined;
  /** Why what it does is not known. */
  readonly unread: string | undefined;
}

/** Returns what the page of a release shows of one of its members. */
export function memberViewOf(
  { member, earlier, retention, rollout, unread }: ReadMember,
  { members }: ReleaseState,
): MemberView {
  const { service, standing, since, tag, digest, reason, held } = member;
  const shown = rollout && memberRolloutOf(rollout);
  return {
    ...{ service, standing, since, toDigest: digest, unread, rollout: shown },
    text: memberText[standing],
    to: tag ?? digest,
    from: fromOf(member, earlier, rollout?.stored.state.blueDigest),
    waitsFor: predecessorsOf(member),
    backAfter: backBefore(members, service),
    reason: standing === 'waiting' ? held?.reason : reason,
    keptUntil: retention !== undefined && retention.rolloutId === member.rolloutId ? retention.keptUntil : undefined,
  };
}

/** The version before: what the rollout found, or the newest one that is not the member's own. */
function fromOf({ digest }: ReleaseMember, earlier: readonly RolloutSummary[], found: string | undefined) {
  const before =
    found === undefined || found === digest
      ? earlier.find((one) => one.phase === 'succeeded' && one.digest !== digest)
      : earlier.find((one) => one.digest === found);
  return before?.image ?? found;
}
