import type { Part } from '../../ports/world.ts';
import type { Executions } from '../../ports/executions.ts';
import type { ReleaseMember, ReleaseState } from '../../releases/release-state.ts';
import { type SeenMember, type SeenRelease, seenOf } from '../../releases/seen-release.ts';
import { startRollback } from '../rollback/start-rollback.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Needs = Part<'store' | 'rollbacks'> & { readonly executions: Pick<Executions, 'start'> };

/**
 * Does what the record of a release asks for: starts members that have begun, rolls back those that shall, starts returns. All of it
 * may be repeated.
 * @returns what could not be done, and why
 */
export async function doDuties(state: ReleaseState, seen: SeenRelease, world: Needs): Promise<readonly string[]> {
  if (state.endedAt !== undefined) return [];
  const failures = await Promise.all(
    state.members.map(async (member): Promise<readonly string[]> => {
      try {
        await dutyOf(member, seenOf(seen, member), state, world);
        return [];
      } catch (error) {
        return [`${member.service}: ${messageOf(error)}`];
      }
    }),
  );
  return failures.flat();
}

async function dutyOf(
  member: ReleaseMember,
  seen: SeenMember | undefined,
  state: ReleaseState,
  world: Needs,
): Promise<void> {
  const { standing, wayBack, service, execution = '', rolloutId = '' } = member;
  const { releaseId, failure, requestedBy, requester, traceId, reason } = state;
  if (standing === 'begun' && failure === undefined && seen?.rollout === undefined) {
    await world.executions.start(execution, {
      ...{ service, image: member.digest, requestedBy, release: releaseId, traceId },
      ...(requester !== undefined && requester.standing !== 'sought' && { requester }),
      ...(reason !== undefined && { reason }),
    });
    return;
  }
  if (standing !== 'returning') return;
  const why = `release ${releaseId} goes back: ${failure?.reason ?? 'a member failed'}`.slice(0, 600);
  const by = (failure?.by ?? 'the release').slice(0, 200);
  if (wayBack === 'abort') {
    await startRollback({ rolloutId, by, reason: why }, world);
  }
  if (wayBack === 'toKept' && (seen?.way === undefined || seen.names.back === execution)) {
    await world.executions.start(execution, {
      ...{ service, requestedBy: by, release: releaseId, traceId },
      rollback: { to: 'kept', reason: why },
    });
  }
}
