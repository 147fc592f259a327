import { memberText } from '../../releases/member-text.ts';
import type { ReleaseMember, ReleaseState } from '../../releases/release-state.ts';
import { releaseText } from '../../releases/release-text.ts';
import { table } from '../rollout-view.ts';

/** A release as a person reads it. */
export function releaseLines(state: ReleaseState): readonly string[] {
  const { members, requestedBy, openedAt, endedAt } = state;
  const rows = members.map((member) => [
    member.service,
    member.tag ?? member.digest.slice(0, 19),
    memberText[member.standing],
    member.since,
    whyOf(member),
  ]);
  return [
    releaseText(state),
    `Opened ${openedAt} by ${requestedBy}${endedAt === undefined ? '' : `, ended ${endedAt}`}`,
    ...table([['MEMBER', 'IMAGE', 'STANDING', 'SINCE', 'ROLLOUT, OR WHY'], ...rows]),
  ];
}

function whyOf({ standing, reason, held, rolloutId, others }: ReleaseMember): string {
  if (standing === 'waiting' && held !== undefined) return `held: ${held.reason}`;
  return reason ?? others ?? rolloutId ?? '';
}

/** The same for machines. */
export function releaseJson(state: ReleaseState): object {
  const { schema: _, ...rest } = state;
  return { ...rest, running: state.endedAt === undefined, outcome: state.outcome ?? null };
}

/** 0 for one that runs or succeeded. */
export function exitCodeOfRelease({ outcome }: ReleaseState): 0 | 1 {
  return outcome === undefined || outcome === 'succeeded' ? 0 : 1;
}
