import type { PlannedWork } from '../../ports/planned-works.ts';
import type { Part } from '../../ports/world.ts';
import { isActive } from '../../rollout/phase.ts';
import type { ReleaseState } from '../../releases/release-state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { waitedExecution } from '../opening/start-waiting.ts';

/** What became of planned work that waits no longer. */
export type Fate =
  { readonly standing: 'begun' | 'pending' } | { readonly standing: 'off'; /** A sentence. */ readonly reason: string };

/** Rollouts of a service that may have begun since. */
const rolloutsLookedThrough = 5;
/** For so long after its time an execution that was just started may not be known yet. */
const graceMs = 15 * 60_000;

/**
 * Returns whether work that was announced has begun, which is with its first traffic; whether it is off, and why; or that neither is
 * known yet.
 */
export async function fateOf(
  { of, service, startsAt }: PlannedWork,
  { store, releases, executions, now }: Part<'store' | 'releases' | 'executions' | 'now'>,
): Promise<Fate> {
  const own = await store.load(of);
  if (own !== undefined) return fateOfRollout(own.state);
  const release = await releases.load(of);
  if (release !== undefined) return fateOfMember(service, release.state, store);
  const arn = executions.arnOf(waitedExecution(service, of));
  for (const { rolloutId } of await store.list(service, rolloutsLookedThrough)) {
    const state = (await store.load(rolloutId))?.state;
    if (state?.executionArn === arn) return fateOfRollout(state);
  }
  const execution = await executions.describe(arn);
  if (execution?.status === 'RUNNING') return { standing: 'pending' };
  if (execution === undefined) {
    const sinceMs = now().getTime() - Date.parse(startsAt);
    if (sinceMs >= 0 && sinceMs < graceMs) return { standing: 'pending' };
    return { standing: 'off', reason: 'The request that waited for it was cancelled.' };
  }
  const said = [execution.error, execution.cause].filter((part) => part !== undefined).join(': ');
  return {
    standing: 'off',
    reason: `It was started and opened no rollout${said === '' ? '.' : `: ${said.slice(0, 400)}`}`,
  };
}

/** Returns the fate of a member of a release: by its rollout, or by the release where it has opened none. No request of a member waits. */
async function fateOfMember(
  service: string,
  { releaseId, members, failure, endedAt }: ReleaseState,
  store: Part<'store'>['store'],
): Promise<Fate> {
  for (const { rolloutId } of await store.list(service, rolloutsLookedThrough)) {
    const state = (await store.load(rolloutId))?.state;
    if (state?.release === releaseId) return fateOfRollout(state);
  }
  const member = members.find((one) => one.service === service);
  const isUnderWay = member?.standing === 'waiting' || member?.standing === 'begun';
  if (isUnderWay && failure === undefined && endedAt === undefined) return { standing: 'pending' };
  const why = failure?.reason ?? member?.reason ?? 'it has ended';
  return { standing: 'off', reason: `Release ${releaseId} does not roll it out: ${why}` };
}

function fateOfRollout(state: RolloutState): Fate {
  const { phase, reason = 'no reason was recorded', calendarHold, rolloutId } = state;
  const isOff = phase === 'rejected' || phase === 'rollingBack' || phase === 'rolledBack';
  // What had traffic before a hold is taken back by a rollback, which customers were not told of.
  if (isOff && (phase === 'rejected' || state.shifts.length === 0 || calendarHold !== undefined))
    return { standing: 'off', reason: `${rolloutId} was taken back: ${reason}` };
  if (isActive(state) && state.shifts.length === 0) return { standing: 'pending' };
  return { standing: 'begun' };
}
