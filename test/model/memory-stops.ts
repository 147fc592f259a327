import type { KnownStops, Stop, Stops, StopScope } from '../../lib/ports/stops.ts';

/** Stops in memory. */
export class MemoryStops implements Stops {
  readonly #stops = new Map<string, Stop & StopScope>();
  /** Why the record of a stop cannot be read, where a test says so. */
  unreadableStop: string | undefined;

  stops(service: string): Promise<KnownStops> {
    const stops = ['', service].flatMap((scope) => this.#stops.get(scope) ?? []);
    const unreadable = this.unreadableStop;
    return Promise.resolve({ stops, ...(unreadable !== undefined && { unreadable }) });
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
}
