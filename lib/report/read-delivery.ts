import type { RolloutStore } from '../ports/rollout-store.ts';
import type { RolloutState } from '../rollout/state.ts';

type Store = Pick<RolloutStore, 'services' | 'list' | 'load'>;

/** Rollouts of one service that are counted: more than a year of four a day. */
const mostRollouts = 1500;
/** Records that are read at the same time. */
const atOnce = 100;
/** A rollout counts in the month in which it ends; one that waits for people and windows may take weeks. */
const longestDays = 62;

/** What delivery figures are made of. */
export interface ReadDelivery {
  readonly rollouts: readonly RolloutState[];
  /** What is not in it, one sentence each. */
  readonly missing: readonly string[];
}

/**
 * Reads the rollouts that may have ended since the begin of a month, of one service or of all.
 * @param from `2026-03`
 */
export async function readDelivery(store: Store, service: string | undefined, from: string): Promise<ReadDelivery> {
  const services = service === undefined ? [...new Set(await store.services())].toSorted() : [service];
  const openedSince = new Date(Date.parse(`${from}-01T00:00:00Z`) - longestDays * 86_400_000).toISOString();
  const rollouts: RolloutState[] = [];
  const missing: string[] = [];
  const wanted: string[] = [];
  const listed = await Promise.all(services.map((name) => store.list(name, mostRollouts)));
  for (const [index, all] of listed.entries()) {
    const recent = all.filter(({ openedAt }) => openedAt >= openedSince);
    wanted.push(...recent.map(({ rolloutId }) => rolloutId));
    if (all.length === mostRollouts && recent.length === mostRollouts) {
      missing.push(
        `${services[index] ?? ''}: rollouts before ${all.at(-1)?.openedAt ?? ''} are not counted, as it has more than ${mostRollouts}.`,
      );
    }
  }
  for (let start = 0; start < wanted.length; start += atOnce) {
    const loaded = await Promise.all(wanted.slice(start, start + atOnce).map((rolloutId) => store.load(rolloutId)));
    rollouts.push(...loaded.flatMap((stored) => stored?.state ?? []));
  }
  return { rollouts, missing };
}
