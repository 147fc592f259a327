import {
  ConcurrentWrite,
  type RolloutStore,
  type Retention,
  StaleWrite,
  type StoredRollout,
  type StoredSpec,
} from '../../lib/ports/rollout-store.ts';
import { heldPlaces } from '../../lib/drivers/shapes/held-places.ts';
import type { Hold } from '../../lib/ports/releases.ts';
import type { UnsettledRollout } from '../../lib/ports/unsettled.ts';
import type { WaitingRequest } from '../../lib/ports/waiting.ts';
import type { RecordedEvent, RolloutEvent } from '../../lib/rollout/events.ts';
import { endsRetention } from '../../lib/rollout/retirement.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import type { SpecProposal } from '../../lib/rollout/spec-proposal.ts';
import { openedState } from '../../lib/rollout/state.ts';
import { appended } from '../../lib/storage/chain.ts';
import { summaryOf } from '../../lib/storage/dynamodb-items.ts';
import { MemoryAttestations } from './memory-attestations.ts';

interface Kept {
  stored: StoredRollout;
  events: RecordedEvent[];
  announced: number;
}

/** The record in memory, with the conditions of the real one: the same contract suite runs on both. */
export class MemoryRolloutStore extends MemoryAttestations implements RolloutStore {
  readonly #rollouts = new Map<string, Kept>();
  readonly #locks = new Map<string, string>();
  /** Services that releases hold. */
  readonly holds = new Map<string, Hold>();
  readonly #retentions = new Map<string, Retention>();
  #specsRevision = 0;
  readonly #specs = new Map<string, StoredSpec>();
  readonly #proposals = new Map<string, SpecProposal>();
  readonly #specVersions = new Map<string, StoredSpec[]>();
  readonly #unsettled = new Map<string, Omit<UnsettledRollout, 'rolloutId'>>();
  readonly #waiting = new Map<string, WaitingRequest>();

  open(rolloutId: string, event: Extract<RolloutEvent, { type: 'RolloutOpened' }>, at: string) {
    const existing = this.#rollouts.get(rolloutId);
    if (existing !== undefined) return Promise.resolve({ outcome: 'opened', stored: existing.stored } as const);
    const lockedBy = this.#locks.get(event.service);
    if (lockedBy !== undefined) return Promise.resolve({ outcome: 'busy', lockedBy } as const);
    const wanted = event.rollback?.to === 'kept' ? event.rollback.of : undefined;
    if (wanted !== undefined && this.#retentions.get(event.service)?.rolloutId !== wanted) {
      return Promise.reject(new Error(`The retention of ${wanted} has just ended; open this one again.`));
    }
    const held = this.holds.get(event.service)?.releaseId;
    if (event.release === undefined ? held !== undefined && event.rollback === undefined : held !== event.release) {
      return Promise.reject(new Error('A release has just begun or ended; open this one again.'));
    }
    if (event.release !== undefined) this.holds.set(event.service, { releaseId: event.release, rolloutId });
    const stored: StoredRollout = { state: openedState(rolloutId, at, event), sequence: 1, fence: 1 };
    this.#locks.set(event.service, rolloutId);
    this.#unsettled.set(rolloutId, { sequence: 1 });
    this.#rollouts.set(rolloutId, { stored, events: [{ rolloutId, sequence: 1, at, event }], announced: 0 });
    return Promise.resolve({ outcome: 'opened', stored } as const);
  }

  load(rolloutId: string) {
    return Promise.resolve(this.#rollouts.get(rolloutId)?.stored);
  }

  append(from: StoredRollout, events: readonly RolloutEvent[], at: string) {
    return Promise.resolve().then(() => {
      const { rolloutId, service } = from.state;
      const { next, recorded } = appended(from, events, at);
      const { state } = next;
      const kept = this.#rollouts.get(rolloutId);
      if (kept?.stored.fence !== from.fence) {
        throw new StaleWrite(`Rollout ${rolloutId} was taken over by somebody else.`);
      }
      if (kept.stored.sequence !== from.sequence) {
        throw new ConcurrentWrite(`Rollout ${rolloutId} was changed by others.`);
      }
      kept.stored = { ...kept.stored, state, sequence: from.sequence + recorded.length };
      kept.events.push(...recorded);
      if (!isActive(state)) this.#unsettled.set(rolloutId, { sequence: kept.stored.sequence });
      if (endsRetention(events)) this.#retentions.delete(service);
      if (isActive(from.state) && !isActive(state)) {
        this.#locks.delete(service);
        const success = events.find((event) => event.type === 'RolloutSucceeded');
        if (success !== undefined) {
          const { blue: slot, blueDigest: digest } = state;
          this.#retentions.set(service, { rolloutId, slot, digest, keptUntil: success.keptUntil });
        }
      }
      return kept.stored;
    });
  }

  /**
   * What the rollback machine's own calls to the table do: takes an active rollout over that nobody else has claimed, or whose
   * former claimer is named.
   */
  claim(rolloutId: string, claimer = 'a rollback', former?: string): StoredRollout | undefined {
    const kept = this.#rollouts.get(rolloutId);
    if (kept === undefined || !isActive(kept.stored.state)) return undefined;
    const { claimedBy, fence } = kept.stored;
    const mayClaim = former === undefined ? claimedBy === undefined || claimedBy === claimer : claimedBy === former;
    if (!mayClaim) return undefined;
    kept.stored = { ...kept.stored, fence: fence + 1, claimedBy: claimer };
    return kept.stored;
  }

  /** What the store answers from then on of a rollout whose record was changed outside of the product, or could not be checked. */
  mark(rolloutId: string, found: Pick<StoredRollout, 'altered' | 'unchecked'>): void {
    const kept = this.#rollouts.get(rolloutId);
    if (kept === undefined) throw new Error(`There is no rollout ${rolloutId}.`);
    kept.stored = { ...kept.stored, ...found };
  }

  /** What the rollback machine asks right before it touches the rules. */
  stillClaimed(rolloutId: string, claimer: string, fence: number): boolean {
    const stored = this.#rollouts.get(rolloutId)?.stored;
    return stored !== undefined && isActive(stored.state) && stored.claimedBy === claimer && stored.fence === fence;
  }

  events(rolloutId: string, afterSequence: number, atMost?: number) {
    const events = this.#rollouts.get(rolloutId)?.events ?? [];
    return Promise.resolve(events.filter(({ sequence }) => sequence > afterSequence).slice(0, atMost));
  }

  newestEvents(rolloutId: string, atMost: number) {
    return Promise.resolve((this.#rollouts.get(rolloutId)?.events ?? []).slice(-atMost));
  }

  announcedUpTo(rolloutId: string) {
    return Promise.resolve(this.#rollouts.get(rolloutId)?.announced ?? 0);
  }

  markAnnounced(rolloutId: string, from: number, to: number) {
    const kept = this.#rollouts.get(rolloutId);
    if (kept?.announced !== from) return Promise.resolve(false);
    kept.announced = to;
    return Promise.resolve(true);
  }

  service(name: string) {
    const [lockedBy, retention, hold] = [this.#locks.get(name), this.#retentions.get(name), this.holds.get(name)];
    return Promise.resolve({ lockedBy, retention, hold });
  }

  endRetention(service: string, rolloutId: string) {
    if (this.#locks.has(service) || this.#retentions.get(service)?.rolloutId !== rolloutId)
      return Promise.resolve(false);
    this.#retentions.delete(service);
    return Promise.resolve(true);
  }

  spec(service: string) {
    return Promise.resolve(this.#specs.get(service));
  }

  putSpec(spec: StoredSpec['spec'], appliedBy: string, at: string, follows?: number, amid?: number) {
    const current = this.#specs.get(spec.service)?.version ?? 0;
    if (follows !== undefined && follows !== current)
      return Promise.reject(new StaleWrite(`The spec of ${spec.service} was applied by another person.`));
    if (amid !== undefined && amid !== this.#specsRevision)
      return Promise.reject(new ConcurrentWrite('The spec of another service was applied at the same moment.'));
    this.#specsRevision += 1;
    const version = current + 1;
    const stored: StoredSpec = { version, spec, appliedBy, appliedAt: at };
    this.#specs.set(spec.service, stored);
    this.#specVersions.set(spec.service, [stored, ...(this.#specVersions.get(spec.service) ?? [])]);
    return Promise.resolve(stored);
  }

  holders() {
    const holders = [...this.#specs.values()].map(({ spec }) => ({
      service: spec.service,
      holds: [...heldPlaces(spec).keys()],
    }));
    return Promise.resolve({ revision: this.#specsRevision, holders });
  }

  specProposal(service: string) {
    return Promise.resolve(this.#proposals.get(service));
  }

  putSpecProposal(proposal: SpecProposal) {
    const { service } = proposal.spec;
    if ((this.#proposals.get(service)?.revision ?? 0) !== proposal.revision - 1)
      return Promise.reject(new StaleWrite(`Another person proposed a spec of ${service} at the same moment.`));
    this.#proposals.set(service, proposal);
    return Promise.resolve();
  }

  specVersions(service: string, atMost: number) {
    return Promise.resolve((this.#specVersions.get(service) ?? []).slice(0, atMost));
  }

  specVersion(service: string, version: number) {
    return Promise.resolve((this.#specVersions.get(service) ?? []).find((stored) => stored.version === version));
  }

  servicesOf(repository: string) {
    const applied = [...this.#specs.values()].filter(({ spec }) => spec.image.repository === repository);
    return Promise.resolve(applied.map(({ spec }) => spec.service).sort());
  }

  services() {
    return Promise.resolve([...this.#specs.keys()].sort());
  }

  unsettled() {
    return Promise.resolve([...this.#unsettled].map(([rolloutId, entry]) => ({ rolloutId, ...entry })));
  }

  settle({ rolloutId, sequence }: UnsettledRollout) {
    const isMeant = this.#unsettled.get(rolloutId)?.sequence === sequence;
    if (isMeant) this.#unsettled.delete(rolloutId);
    return Promise.resolve(isMeant);
  }

  putOff({ rolloutId, sequence }: UnsettledRollout, notBefore: string) {
    const isMeant = this.#unsettled.get(rolloutId)?.sequence === sequence;
    if (isMeant) this.#unsettled.set(rolloutId, { sequence, notBefore });
    return Promise.resolve(isMeant);
  }

  waiting(service: string) {
    return Promise.resolve(this.#waiting.get(service));
  }

  putWaiting(next: WaitingRequest) {
    const before = this.#waiting.get(next.request.service);
    if (before !== undefined && before.at > next.at) return Promise.resolve({ refused: before });
    this.#waiting.set(next.request.service, next);
    return Promise.resolve(before === undefined || before.id === next.id ? {} : { replaced: before });
  }

  endWaiting(service: string, id: string) {
    if (this.#waiting.get(service)?.id === id) this.#waiting.delete(service);
    return Promise.resolve();
  }

  async cancelWaiting(service: string, id: string) {
    const waits = this.#waiting.get(service)?.id === id;
    await this.endWaiting(service, id);
    return waits;
  }

  list(service: string, atMost: number) {
    const summaries = [...this.#rollouts.values()]
      .map(({ stored }) => stored.state)
      .filter((state) => state.service === service)
      .map(summaryOf);
    summaries.sort((left, right) => right.rolloutId.localeCompare(left.rolloutId));
    return Promise.resolve(summaries.slice(0, atMost));
  }
}
