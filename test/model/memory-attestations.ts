import type { Attestations, KeptAttestations } from '../../lib/ports/attestations.ts';
import { StaleWrite } from '../../lib/ports/rollout-store.ts';
import { MemoryStops } from './memory-stops.ts';

/** Attestations in memory, with the condition of the real ones. */
export class MemoryAttestations extends MemoryStops implements Attestations {
  readonly #attested = new Map<string, KeptAttestations>();

  attested(service: string, digest: string): Promise<KeptAttestations> {
    return Promise.resolve(this.#attested.get(`${service} ${digest}`) ?? { revision: 0, attestations: [] });
  }

  async putAttested(service: string, digest: string, next: KeptAttestations): Promise<void> {
    const { revision } = await this.attested(service, digest);
    if (next.revision !== revision + 1) throw new StaleWrite('Others attested it at the same time.');
    this.#attested.set(`${service} ${digest}`, next);
  }

  /** Puts envelopes there at once, as a test needs them. */
  keepEnvelopes(service: string, digest: string, ...envelopes: readonly string[]): void {
    const attestations = envelopes.map((envelope) => ({ envelope, by: 'a test', at: '2026-03-01T09:00:00.000Z' }));
    this.#attested.set(`${service} ${digest}`, { revision: 1, attestations });
  }
}
