import type { Emergencies, EmergencyRecord, StoredEmergency } from '../../lib/ports/emergencies.ts';
import { StaleWrite } from '../../lib/ports/rollout-store.ts';

/** Emergencies in memory. */
export class MemoryEmergencies implements Emergencies {
  readonly #records = new Map<string, StoredEmergency>();

  emergency(service: string) {
    return Promise.resolve(this.#records.get(service));
  }

  putEmergency(service: string, record: EmergencyRecord, follows: StoredEmergency | undefined) {
    if (this.#records.get(service)?.revision !== follows?.revision) {
      return Promise.reject(new StaleWrite(`The emergency of ${service} was changed by another writer.`));
    }
    const next = { record, revision: (follows?.revision ?? 0) + 1 };
    this.#records.set(service, next);
    return Promise.resolve(next);
  }
}
