import type { RolloutStore, StoredRollout } from '../../lib/ports/rollout-store.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from './opened-event.ts';

/** A store, and what the rollback machine does to it without a function. */
export interface StoreUnderTest {
  readonly store: RolloutStore;
  /** Takes a rollout over: its fence grows by one. */
  readonly claim: (rolloutId: string) => Promise<unknown>;
}

/** What the contracts do to one service. */
export interface ServiceOnStore {
  readonly idOf: (number: number) => string;
  /** Opens a rollout. @throws Error where another one has the lock */
  readonly open: (number?: number, changes?: object) => Promise<StoredRollout>;
  /** Opens a rollout and takes it to its success. */
  readonly finish: (number: number) => Promise<StoredRollout>;
}

const at = '2026-03-01T11:00:00.000Z';

/** A service of a test's own on a store that serves them all. */
export function serviceOn(store: RolloutStore, service: string): ServiceOnStore {
  const idOf = (number: number) => `${service}-20260301-11000${number}-abcdef`;
  const open = async (number = 1, changes = {}): Promise<StoredRollout> => {
    const result = await store.open(idOf(number), openedEvent({ service, ...changes }), at);
    if (result.outcome !== 'opened') throw new Error(`${service} is busy with ${result.lockedBy}`);
    return result.stored;
  };
  const finish = async (number: number) =>
    store.append(await open(number, { spec: oneStep }), [...toFinishing, succeeded], at);
  return { idOf, open, finish };
}
