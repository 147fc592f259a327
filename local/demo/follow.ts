import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';

const pollMs = 150;

export interface Followed {
  readonly state: RolloutState;
  readonly events: readonly RecordedEvent[];
}

/**
 * Follows the first rollout of a service that is opened after a moment, from its record, until it ends.
 * @param onNews called after each look, with the state and the events that came since the last one
 * @throws Error where none is opened, or it does not end, in the given time
 */
export async function followRollout(
  store: RolloutStore,
  service: string,
  after: string | undefined,
  onNews: (state: RolloutState, news: readonly RecordedEvent[]) => void,
  withinSeconds: number,
): Promise<Followed> {
  const deadline = Date.now() + withinSeconds * 1000;
  const rolloutId = await openedRollout(store, service, after, deadline);
  const events: RecordedEvent[] = [];
  for (;;) {
    const news = await store.events(rolloutId, events.length);
    events.push(...news);
    const stored = await store.load(rolloutId);
    if (stored === undefined) throw new Error(`rollout ${rolloutId} vanished from the record`);
    onNews(stored.state, news);
    if (!isActive(stored.state) && events.length >= stored.sequence) return { state: stored.state, events };
    if (Date.now() > deadline) {
      throw new Error(`rollout ${rolloutId} is still ${stored.state.phase} after ${withinSeconds} s; see .sluice/logs`);
    }
    await sleep(pollMs);
  }
}

async function openedRollout(
  store: RolloutStore,
  service: string,
  after: string | undefined,
  deadline: number,
): Promise<string> {
  for (;;) {
    const [newest] = await store.list(service, 1);
    if (newest !== undefined && newest.rolloutId !== after) return newest.rolloutId;
    if (Date.now() > deadline) throw new Error(`no rollout of ${service} was opened; see .sluice/logs/emulator.log`);
    await sleep(pollMs);
  }
}
