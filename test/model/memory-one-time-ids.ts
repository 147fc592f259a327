import type { OneTimeIds } from '../../lib/ports/one-time-ids.ts';

/** Names in memory; none is ever forgotten. */
export class MemoryOneTimeIds implements OneTimeIds {
  readonly #claimed = new Set<string>();

  claim(id: string) {
    const isFirst = !this.#claimed.has(id);
    this.#claimed.add(id);
    return Promise.resolve(isFirst);
  }
}
