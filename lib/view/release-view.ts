import { returnOrder } from '../releases/order.ts';
import { memberText } from '../releases/member-text.ts';
import type { Direction, MemberStatus, ReleaseOutcome, ReleaseState } from '../releases/release-state.ts';
import { releaseText } from '../releases/release-text.ts';
import { counted } from '../specification/text/counted.ts';
import { type MemberView, memberViewOf } from './member-view.ts';
import type { ReadRelease } from './read-release.ts';
import { releaseActions, type ReleaseAction } from './release-actions.ts';

/** Something that comes next, and when as far as that is known. */
export interface ReleaseNext {
  readonly text: string;
  readonly at: string | undefined;
}

/** A release as people see it: plain sentences, no markup. Its texts hold what users wrote, so every renderer escapes them. */
export interface ReleaseView {
  readonly releaseId: string;
  readonly release: string;
  readonly stage: string;
  readonly outcome: ReleaseOutcome | undefined;
  /** What a failure, or a person, has decided. */
  readonly turned: Direction | undefined;
  /** Where it stands, in a sentence or two. */
  readonly text: string;
  /** `3 members: 1 serves the new version, 2 have not begun` */
  readonly counts: string;
  readonly requestedBy: string;
  readonly why: string | undefined;
  readonly openedAt: string;
  readonly endedAt: string | undefined;
  /** What is worse, one line a member; empty where nothing is known to be. */
  readonly worse: readonly string[];
  /** How sure that is, one line a member that has been compared. */
  readonly sure: readonly string[];
  /** How many users are affected, one line a member under way. */
  readonly users: readonly string[];
  readonly next: readonly ReleaseNext[];
  readonly members: readonly MemberView[];
  /** Groups in which members go back, the first group first. */
  readonly back: readonly (readonly string[])[];
  readonly actions: readonly ReleaseAction[];
}

/** Returns the view of a release. */
export function releaseView({ stored: { state }, members: read }: ReadRelease, stage: string): ReleaseView {
  const members = read.map((one) => memberViewOf(one, state));
  const { releaseId, release, outcome, failure, requestedBy, reason, openedAt, endedAt } = state;
  return {
    ...{ releaseId, release, stage, outcome, requestedBy, openedAt, endedAt },
    turned: failure?.direction,
    text: releaseText(state),
    counts: countsOf(members),
    why: reason,
    worse: members.flatMap(worseOf),
    sure: members.flatMap(({ service, rollout }) =>
      rollout?.gate === undefined ? [] : [`${service}, gate ${rollout.gate.name}: ${rollout.gate.confidence}`],
    ),
    users: members.flatMap(({ service, rollout }) =>
      rollout?.isActive === true ? [`${service}: ${rollout.affected}`] : [],
    ),
    next: nextOf(state, members),
    members,
    back: returnOrder(state.members),
    actions: releaseActions(state, members, stage),
  };
}

function countsOf(members: readonly MemberView[]): string {
  const texts = [...new Set(members.map(({ text }) => text))];
  const parts = texts.map((text) => {
    const count = members.filter((one) => one.text === text).length;
    return `${count} ${count === 1 ? text : plural(text)}`;
  });
  return `${counted(members.length, 'member')}: ${parts.join(', ')}`;
}

/** `has not begun` of several. */
function plural(text: string): string {
  return text
    .replace(/^has /, 'have ')
    .replace(/^does /, 'do ')
    .replace(/^is /, 'are ')
    .replace(/^rolls /, 'roll ')
    .replace(/^goes /, 'go ')
    .replace(/^serves /, 'serve ')
    .replace(', serves its ', ', serve their ');
}

function worseOf({ service, standing, reason, rollout, unread }: MemberView): readonly string[] {
  if (unread !== undefined) return [`${service}: what it does could not be read (${unread})`];
  if (standing === 'failed' || standing === 'stuck')
    return [`${service} ${memberText[standing]}: ${reason ?? 'no reason was recorded'}`];
  if (!rollout?.isActive) return [];
  const { verdict, text, needsPerson } = rollout;
  const stands = needsPerson || rollout.standing === 'rollingBack' ? [`${service}: ${text}`] : [];
  if (verdict?.verdict === 'fail') return [...stands, `${service}: a gate fails: ${verdict.reason}`];
  if (verdict?.verdict === 'hold') return [...stands, `${service}: the gates cannot say yet: ${verdict.reason}`];
  return stands;
}

/** What happens next by itself. */
function nextOf(state: ReleaseState, members: readonly MemberView[]): readonly ReleaseNext[] {
  if (state.endedAt !== undefined) return [soon(afterTheEnd(state))];
  const lines = members.flatMap((member) => nextOfMember(member, state, members));
  return lines.length > 0 ? lines : [soon('The release ends')];
}

function afterTheEnd({ outcome, members }: ReleaseState): string {
  if (outcome !== 'incomplete') return 'Nothing, until a person acts';
  const stuck = members.filter(({ standing }) => standing === 'stuck').map(({ service }) => service);
  return `Nothing by itself: a person rolls ${stuck.join(' and ')} back`;
}

const doneWell: readonly MemberStatus[] = ['serves', 'unchanged'];
const away: readonly MemberStatus[] = ['back', 'waiting', 'skipped', 'failed', 'unchanged'];

function nextOfMember(member: MemberView, { failure }: ReleaseState, members: readonly MemberView[]) {
  const { service, standing, waitsFor, backAfter, reason, rollout } = member;
  const missing = (names: readonly string[], fine: readonly MemberStatus[]) =>
    members.filter((one) => names.includes(one.service) && !fine.includes(one.standing)).map((one) => one.service);
  if ((standing === 'begun' || standing === 'returning') && rollout !== undefined) {
    return [{ text: `${service}: ${rollout.next.text}`, at: rollout.next.at }];
  }
  if (standing === 'begun') return [soon(`${service}: its rollout opens`)];
  if (standing === 'returning') return [soon(`${service}: it goes back`)];
  if (standing === 'serves' && failure?.direction === 'rollBackAll') {
    const before = missing(backAfter, away);
    return [
      soon(
        `${service} goes back${before.length === 0 ? ' now' : ` once ${before.join(' and ')} ${before.length === 1 ? 'has' : 'have'} gone back`}`,
      ),
    ];
  }
  if (standing !== 'waiting' || failure !== undefined) return [];
  const before = missing(waitsFor, doneWell);
  if (before.length > 0)
    return [soon(`${service} begins once ${before.join(' and ')} ${before.length === 1 ? 'serves' : 'serve'}`)];
  return [
    soon(
      reason === undefined ? `${service} begins` : `${service} is held, and counts as failed if that lasts: ${reason}`,
    ),
  ];
}

function soon(text: string): ReleaseNext {
  return { text, at: undefined };
}
