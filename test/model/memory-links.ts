import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DecisionLink } from '../../lib/approval/links.ts';
import type { IssuedLinks, Mac } from '../../lib/ports/links.ts';

/** Codes by a key in memory; counts how often it was asked. */
export class MemoryMac implements Mac {
  readonly #key: string;
  asked = 0;

  constructor(key = 'the key of a test') {
    this.#key = key;
  }

  generate(message: Uint8Array) {
    this.asked += 1;
    return Promise.resolve(Uint8Array.from(createHmac('sha256', this.#key).update(message).digest()));
  }

  async verify(message: Uint8Array, mac: Uint8Array) {
    const right = await this.generate(message);
    return mac.length === right.length && timingSafeEqual(right, mac);
  }
}

/** Links in memory. */
export class MemoryLinks implements IssuedLinks {
  readonly kept = new Map<string, DecisionLink>();

  keep(idHash: string, link: DecisionLink) {
    this.kept.set(idHash, link);
    return Promise.resolve();
  }

  find(idHash: string) {
    return Promise.resolve(this.kept.get(idHash));
  }
}
