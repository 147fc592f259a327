import type { Executions } from '../../ports/executions.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { readyMembers } from '../../releases/decide-release.ts';
import type { ReleaseMember, ReleaseState } from '../../releases/release-state.ts';
import type { MayBegin, SeenMember, SeenRelease, SeenRollout } from '../../releases/seen-release.ts';
import { isActive } from '../../rollout/phase.ts';
import { executionNames } from './execution-names.ts';
import { mayBegin } from './may-begin.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export type LookingWorld = Part<'store' | 'router' | 'runtime' | 'installation' | 'now'> & {
  readonly executions: Pick<Executions, 'arnOf' | 'describe'>;
};

/** What was seen of the members of a release, and why some could not be looked at. */
export interface Look {
  readonly seen: SeenRelease;
  readonly failures: readonly string[];
}

/** Looks at every member of a release; one that cannot be looked at keeps none of the others from its turn. */
export async function observeMembers(state: ReleaseState, world: LookingWorld): Promise<Look> {
  const ready = state.failure === undefined ? readyMembers(state).map(({ service }) => service) : [];
  const seen = new Map<string, SeenMember>();
  const failures: string[] = [];
  await Promise.all(
    state.members.map(async (member) => {
      try {
        const asked = ready.includes(member.service) ? await mayBegin(member, state, world) : undefined;
        seen.set(member.service, await lookAt(member, state, asked, world));
      } catch (error) {
        failures.push(`${member.service}: ${messageOf(error)}`);
      }
    }),
  );
  return { seen, failures };
}

async function lookAt(
  member: ReleaseMember,
  { releaseId }: ReleaseState,
  asked: MayBegin | undefined,
  world: LookingWorld,
): Promise<SeenMember> {
  const names = executionNames(releaseId, member);
  const none = { execution: { standing: 'none' }, names } as const;
  if (member.standing === 'begun' || member.standing === 'returning' || member.standing === 'serves') {
    return { ...(await underWay(member, releaseId, world)), names };
  }
  return asked === undefined ? none : { ...none, mayBegin: asked };
}

async function underWay(
  member: ReleaseMember,
  releaseId: string,
  world: LookingWorld,
): Promise<Omit<SeenMember, 'names' | 'mayBegin'>> {
  const { service, standing, wayBack, rolloutId } = member;
  const own = rolloutId === undefined ? undefined : await world.store.load(rolloutId);
  const isStarted = standing === 'begun' || wayBack === 'toKept';
  let opened = isStarted ? await openedBy(member, world) : undefined;
  const execution = isStarted && opened === undefined ? await executionOf(member, world) : running;
  // It may have opened a rollout between the two readings.
  if (execution.standing === 'ended') opened = await openedBy(member, world);
  const others = await othersOf(service, member, releaseId, world);
  const rollout = standing === 'begun' ? opened : own;
  return {
    execution: opened === undefined ? execution : running,
    ...(rollout !== undefined && { rollout: seenRollout(rollout, 0) }),
    ...(wayBack === 'toKept' && opened !== undefined && { way: seenRollout(opened, 100) }),
    ...(others !== undefined && { others: seenRollout(others, 100) }),
  };
}

const running = { standing: 'running' } as const;

/** The rollout that the execution which was started last has opened. */
async function openedBy(
  { service, execution }: ReleaseMember,
  { store }: LookingWorld,
): Promise<StoredRollout | undefined> {
  const { hold } = await store.service(service);
  if (hold?.rolloutId === undefined || execution === undefined) return undefined;
  const stored = await store.load(hold.rolloutId);
  return stored?.state.executionArn.endsWith(`:${execution}`) === true ? stored : undefined;
}

async function executionOf(
  { execution }: ReleaseMember,
  { executions }: LookingWorld,
): Promise<SeenMember['execution']> {
  if (execution === undefined) return { standing: 'none' };
  const found = await executions.describe(executions.arnOf(execution));
  if (found === undefined) return { standing: 'none' };
  if (found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE') return running;
  const { cause = '', error = '', status } = found;
  const said = cause === '' ? error : cause;
  return { standing: 'ended', reason: (said === '' ? `its execution ended ${status}` : said).slice(0, 600) };
}

/** So many rollouts of a service are asked whether others began them. */
const mostRollouts = 10;

/** The newest rollout that runs, or that changed what serves, where this release did not begin it. */
async function othersOf(
  service: string,
  { rolloutId, others, standing }: ReleaseMember,
  releaseId: string,
  { store }: LookingWorld,
): Promise<StoredRollout | undefined> {
  if (others !== undefined) return store.load(others);
  if (standing === 'begun') return undefined;
  const list = await store.list(service, mostRollouts);
  const newest = list.find((one) => one.phase === 'succeeded' || isActive(one));
  if (newest === undefined || newest.rolloutId === rolloutId) return undefined;
  const stored = await store.load(newest.rolloutId);
  return stored === undefined || stored.state.release === releaseId ? undefined : stored;
}

/** @param left the weight of green at which no user reaches the version that is left */
function seenRollout({ state }: StoredRollout, left: 0 | 100): SeenRollout {
  const { rolloutId, phase, reason, shifts, openedAt } = state;
  const last = shifts.at(-1);
  const isGoing = phase !== 'rollingBack' && isActive(state);
  const untouched = last === undefined && left === 0 && !isGoing ? openedAt : undefined;
  const leftSince = last?.weight === left ? last.at : untouched;
  return {
    rolloutId,
    phase,
    ...(leftSince !== undefined && { leftSince }),
    ...(reason !== undefined && { reason }),
  };
}
