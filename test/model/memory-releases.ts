import { ConcurrentRelease, type Hold, type ReleaseStore, type StoredRelease } from '../../lib/ports/releases.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { continued, opened, type RecordedReleaseEvent } from '../../lib/releases/release-events.ts';

/** Releases in memory, with the conditions of the real ones. */
export class MemoryReleases implements ReleaseStore {
  readonly #releases = new Map<string, { stored: StoredRelease; events: RecordedReleaseEvent[]; announced: number }>();
  readonly #holds: Map<string, Hold>;
  readonly #rollouts: Pick<RolloutStore, 'service'>;

  /** @param holds services that releases hold, which the store of rollouts asks as well */
  constructor(rollouts: Pick<RolloutStore, 'service'>, holds: Map<string, Hold>) {
    this.#rollouts = rollouts;
    this.#holds = holds;
  }

  async open(...[event, at]: Parameters<ReleaseStore['open']>) {
    const { releaseId, members } = event;
    const services = await Promise.all(members.map(({ service }) => this.#rollouts.service(service)));
    const known = this.#releases.get(releaseId);
    if (known !== undefined) return { outcome: 'opened', stored: known.stored } as const;
    if (services.some(({ lockedBy, hold }) => lockedBy !== undefined || hold !== undefined)) {
      return { outcome: 'busy' } as const;
    }
    for (const { service } of members) this.#holds.set(service, { releaseId });
    const { recorded, ...stored } = opened(event, at);
    this.#releases.set(releaseId, { stored, events: [...recorded], announced: 0 });
    return { outcome: 'opened', stored } as const;
  }

  load(releaseId: string) {
    return Promise.resolve(this.#releases.get(releaseId)?.stored);
  }

  append(...[from, events, at]: Parameters<ReleaseStore['append']>) {
    return Promise.resolve().then(() => {
      const { releaseId, members } = from.state;
      const kept = this.#releases.get(releaseId);
      if (kept?.stored.sequence !== from.sequence) throw new ConcurrentRelease(`${releaseId} was changed by others.`);
      const { recorded, ...next } = continued(from, events, at);
      const { state } = next;
      if (from.state.endedAt !== undefined && state.endedAt === undefined) {
        if (members.some(({ service }) => this.#holds.has(service))) throw new ConcurrentRelease('a member is held');
        for (const { service, rolloutId } of members) this.#holds.set(service, { releaseId, rolloutId });
      }
      if (from.state.endedAt === undefined && state.endedAt !== undefined) {
        for (const { service } of members) this.#holds.delete(service);
      }
      kept.stored = next;
      kept.events.push(...recorded);
      return kept.stored;
    });
  }

  events(releaseId: string) {
    return Promise.resolve([...(this.#releases.get(releaseId)?.events ?? [])]);
  }

  announcedUpTo(releaseId: string) {
    return Promise.resolve(this.#releases.get(releaseId)?.announced ?? 0);
  }

  markAnnounced(releaseId: string, to: number) {
    const kept = this.#releases.get(releaseId);
    if (kept !== undefined) kept.announced = to;
    return Promise.resolve();
  }

  active() {
    const all = [...this.#releases.values()].map(({ stored }) => stored.state);
    return Promise.resolve(all.flatMap(({ releaseId, endedAt }) => (endedAt === undefined ? [releaseId] : [])));
  }

  list(release: string, atMost: number) {
    const all = [...this.#releases.values()].map(({ stored }) => stored.state);
    const found = all
      .filter((one) => one.release === release)
      .map(({ releaseId, openedAt, outcome }) => ({ releaseId, openedAt, ...(outcome !== undefined && { outcome }) }));
    return Promise.resolve(
      found.toSorted((one, other) => other.releaseId.localeCompare(one.releaseId)).slice(0, atMost),
    );
  }
}
