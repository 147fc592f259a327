import type { MaintenanceRecord, Maintenances, StoredMaintenance } from '../../lib/ports/maintenances.ts';
import type { PlannedWorks, StoredWork } from '../../lib/ports/planned-works.ts';
import { StaleWrite } from '../../lib/ports/rollout-store.ts';
import type { KnownStops, Stop, Stops, StopScope } from '../../lib/ports/stops.ts';

/** Stops, maintenance and planned work in memory. */
export class MemoryStops implements Stops, Maintenances, PlannedWorks {
  readonly #planned = new Map<string, StoredWork>();
  readonly #maintenances = new Map<string, StoredMaintenance>();
  readonly #stops = new Map<string, Stop & StopScope>();
  /** Why the record of a stop cannot be read, where a test says so. */
  unreadableStop: string | undefined;

  stops(service: string): Promise<KnownStops> {
    const stops = ['', service].flatMap((scope) => this.#stops.get(scope) ?? []);
    const unreadable = this.unreadableStop;
    const { wanted, by = '', reason = '', at = '', since = at } = this.#maintenances.get(service)?.record ?? {};
    return Promise.resolve({
      stops,
      ...(unreadable !== undefined && { unreadable }),
      ...(wanted === 'on' && { maintenance: { by, reason, at: since } }),
    });
  }

  putStop(scope: StopScope, begins: Stop) {
    this.unreadableStop = undefined;
    this.#stops.set(scope.service ?? '', { ...begins, ...scope });
    return Promise.resolve();
  }

  endStop({ service = '' }: StopScope) {
    const wasThere = this.#stops.delete(service) || this.unreadableStop !== undefined;
    this.unreadableStop = undefined;
    return Promise.resolve(wasThere);
  }

  maintenance(service: string) {
    return Promise.resolve(this.#maintenances.get(service));
  }

  putMaintenance(service: string, record: MaintenanceRecord, follows: StoredMaintenance | undefined) {
    if (this.#maintenances.get(service)?.revision !== follows?.revision) {
      return Promise.reject(new StaleWrite(`Maintenance of ${service} was changed by another writer.`));
    }
    const next = { record, revision: (follows?.revision ?? 0) + 1 };
    this.#maintenances.set(service, next);
    return Promise.resolve(next);
  }

  maintained() {
    const all = [...this.#maintenances].filter(
      ([, { record }]) => record.wanted === 'on' || record.standing !== 'down',
    );
    return Promise.resolve(all.map(([service]) => service));
  }

  plannedWorks() {
    return Promise.resolve([...this.#planned.values()]);
  }

  putPlannedWork(work: StoredWork['work'], follows: StoredWork | undefined) {
    if (this.#planned.get(work.service)?.revision !== follows?.revision) {
      return Promise.reject(new StaleWrite(`The planned work of ${work.service} was changed by another writer.`));
    }
    const next = { work, revision: (follows?.revision ?? 0) + 1 };
    this.#planned.set(work.service, next);
    return Promise.resolve(next);
  }

  endPlannedWork({ work, revision }: StoredWork) {
    if (this.#planned.get(work.service)?.revision === revision) this.#planned.delete(work.service);
    return Promise.resolve();
  }

  /** As after the loss of the record. */
  forgetMaintenance(service: string) {
    this.#maintenances.delete(service);
  }
}
