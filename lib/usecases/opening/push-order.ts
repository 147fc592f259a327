import { Refusal } from '../../rollout/refusal.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

/** How many rollouts back the one that serves is looked for; those after it were rejected or rolled back. */
const mostRecent = 20;

/**
 * Refuses a push that is older than what runs or serves: events of a registry may be late, and come in any order. A person who
 * starts an older version is not refused.
 * @param pushedAt when the image was pushed, ISO 8601
 * @throws Refusal where a newer version is being rolled out, or serves
 */
export async function assertNewestPush(service: string, pushedAt: string, { store }: Part<'store'>): Promise<void> {
  for (const { rolloutId, phase } of await store.list(service, mostRecent)) {
    if (phase === 'rejected' || phase === 'rolledBack') continue;
    const state = (await store.load(rolloutId))?.state;
    if (state === undefined || !(isGoing(state) || state.phase === 'succeeded')) continue;
    const since = state.pushedAt ?? state.openedAt;
    if (Date.parse(since) > Date.parse(pushedAt)) {
      const { tag, digest } = state.image;
      throw new Refusal(
        `This push is of ${pushedAt}, but ${tag ?? digest} (${rolloutId}) is newer, of ${since}: it stays. To roll out the older image, run: sluice start ${service} <image>`,
      );
    }
    return;
  }
}

/** A rollout that rolls back does not serve what it was opened for. */
function isGoing(state: RolloutState): boolean {
  return isActive(state) && state.phase !== 'rollingBack';
}
