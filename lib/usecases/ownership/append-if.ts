import type { Part } from '../../ports/world.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { againWhenStale } from './again-when-stale.ts';
import { knownRollout } from './known-rollout.ts';

/** A rollout writes once an evaluation. */
const mostTries = 10;

/**
 * Records an event in a rollout that others write to as well, unless it is not wanted there by then.
 * @throws StaleWrite where others wrote each time
 */
export async function appendIf(
  rolloutId: string,
  event: RolloutEvent,
  isWanted: (state: RolloutState) => boolean,
  { store, now }: Part<'store' | 'now'>,
): Promise<void> {
  await againWhenStale(mostTries, async () => {
    const stored = await knownRollout(store, rolloutId);
    if (isWanted(stored.state)) await store.append(stored, [event], now().toISOString());
  });
}
