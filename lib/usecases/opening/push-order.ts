import { Refusal } from '../../rollout/refusal.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';
import type { AskedRollout } from './rollout-request.ts';

/** How many rollouts back the one that serves is looked for; those after it were rejected or rolled back. */
const mostRecent = 20;

/**
 * Refuses a push, or an event of CI, that is older than what runs or serves: events may be late, and come in any order. A person who
 * starts an older version is not refused: what they ask for has no time of its own.
 * @throws Refusal where a newer version is being rolled out, or serves
 */
export async function assertNewest(
  service: string,
  { pushedAt, askedAt }: Pick<AskedRollout, 'pushedAt' | 'askedAt'>,
  { store }: Part<'store'>,
): Promise<void> {
  const at = pushedAt ?? askedAt;
  if (at === undefined) return;
  for (const { rolloutId, phase } of await store.list(service, mostRecent)) {
    if (phase === 'rejected' || phase === 'rolledBack') continue;
    const state = (await store.load(rolloutId))?.state;
    if (state === undefined || !(isGoing(state) || state.phase === 'succeeded')) continue;
    const since = askedFor(state.pushedAt ?? state.askedAt, state.openedAt);
    if (Date.parse(since) > Date.parse(at)) {
      const { tag, digest } = state.image;
      const what = pushedAt === undefined ? 'request' : 'push';
      throw new Refusal(
        `This ${what} was made at ${at}. ${tag ?? digest} (${rolloutId}) is newer (${since}), so nothing was started. To roll out the older image all the same, run: sluice start ${service} <image>`,
      );
    }
    return;
  }
}

/** Returns when a version was asked for: senders of events write their own time, and none is asked for after it was opened. */
export function askedFor(asked: string | undefined, openedAt: string): string {
  return asked !== undefined && Date.parse(asked) < Date.parse(openedAt) ? asked : openedAt;
}

/** A rollout that rolls back does not serve what it was opened for. */
function isGoing(state: RolloutState): boolean {
  return isActive(state) && state.phase !== 'rollingBack';
}
