import { utcMinute } from '../specification/text/utc-minute.ts';
import { returnOrder } from '../releases/order.ts';
import type { MemberStatus, ReleaseState } from '../releases/release-state.ts';
import type { MemberView } from './member-view.ts';

/** An action on a release, with what it does now. */
export interface ReleaseAction {
  readonly direction: 'abort' | 'rollBackAll';
  readonly name: string;
  readonly command: string;
  /** One sentence each. */
  readonly does: readonly string[];
}

/** Returns what each action on a release would do now; none where nothing is left to do. */
export function releaseActions(
  state: ReleaseState,
  members: readonly MemberView[],
  stage: string,
): readonly ReleaseAction[] {
  const { endedAt, failure } = state;
  const tooLate = failure?.direction === 'rollBackAll' && endedAt === undefined;
  const mayAbort = endedAt === undefined && (failure === undefined || failure.direction === 'stop');
  const mayReturn = !tooLate && (endedAt === undefined || of(members, ['serves', 'stuck']).length > 0);
  return [
    ...(mayAbort ? [abortOf(state, members, stage)] : []),
    ...(mayReturn ? [rollbackOf(state, members, stage)] : []),
  ];
}

function of(members: readonly MemberView[], standings: readonly MemberStatus[]): readonly MemberView[] {
  return members.filter(({ standing }) => standings.includes(standing));
}

const names = (members: readonly MemberView[]) => members.map(({ service }) => service).join(', ');

function abortOf({ releaseId }: ReleaseState, members: readonly MemberView[], stage: string): ReleaseAction {
  const waiting = of(members, ['waiting']);
  const done = of(members, ['serves']);
  return {
    direction: 'abort',
    name: 'Abort',
    command: `sluice release abort ${releaseId} --stage ${stage} --reason "..."`,
    does: [
      ...backUnderWay(members),
      ...(done.length === 0 ? [] : [`Stays on the new version: ${names(done)}.`]),
      ...(waiting.length === 0 ? [] : [`Does not begin: ${names(waiting)}.`]),
    ],
  };
}

function rollbackOf(
  { releaseId, members: ordered }: ReleaseState,
  members: readonly MemberView[],
  stage: string,
): ReleaseAction {
  const waiting = of(members, ['waiting']);
  const back = new Set(of(members, ['begun', 'serves', 'stuck', 'returning']).map(({ service }) => service));
  const groups = returnOrder(ordered)
    .map((group) => group.filter((service) => back.has(service)))
    .filter((group) => group.length > 0);
  return {
    direction: 'rollBackAll',
    name: 'Roll back all',
    command: `sluice release rollback ${releaseId} --stage ${stage} --reason "..."`,
    does: [
      ...(groups.length < 2 ? [] : [`In this order: ${groups.map((group) => group.join(' and ')).join(', then ')}.`]),
      ...backUnderWay(members),
      ...of(members, ['serves', 'stuck']).map(({ service, from, keptUntil }) =>
        keptUntil === undefined
          ? `${service}: it is not known whether its former version is still kept; without it, it counts as stuck.`
          : `${service}: all requests move back to ${from ?? 'its former version'}, which is kept until ${utcMinute(keptUntil)}.`,
      ),
      ...(waiting.length === 0 ? [] : [`Does not begin: ${names(waiting)}.`]),
    ],
  };
}

function backUnderWay(members: readonly MemberView[]): readonly string[] {
  return of(members, ['begun', 'returning']).map(({ service, standing, rollout, unread }) => {
    if (standing === 'returning') return `${service}: it goes back already.`;
    if (unread !== undefined) return `${service}: it goes back; what it does now could not be read.`;
    if (rollout === undefined) return `${service}: its rollout has not opened yet, and is rolled back once it has.`;
    return `${service}: ${rollout.abort.text.replace(/^Roll back: /, '')}`;
  });
}
