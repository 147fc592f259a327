import type { IncidentRecord, Incidents, StoredIncident } from '../../lib/ports/incidents.ts';
import { StaleWrite } from '../../lib/ports/rollout-store.ts';

/** Incidents in memory. */
export class MemoryIncidents implements Incidents {
  readonly #records = new Map<string, StoredIncident>();

  incident(service: string) {
    return Promise.resolve(this.#records.get(service));
  }

  putIncident(service: string, record: IncidentRecord, follows: StoredIncident | undefined) {
    if (this.#records.get(service)?.revision !== follows?.revision) {
      return Promise.reject(new StaleWrite(`The incident of ${service} was changed by another writer.`));
    }
    const next = { record, revision: (follows?.revision ?? 0) + 1 };
    this.#records.set(service, next);
    return Promise.resolve(next);
  }
}
