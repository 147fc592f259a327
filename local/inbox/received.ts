import type { Channel } from '../../lib/specification/notification-channel.ts';

/** Vendors are called as the type of channel that sends to them. */
export type Vendor = Channel['type'];

/** Something that somebody would have been shown. */
export interface Received {
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly vendor: Vendor;
  /** Channel, address or path. */
  readonly place: string;
  readonly title: string;
  readonly text: string;
  /** What the sender calls it; a second one of that name at the same place was shown twice. */
  readonly key: string;
  readonly rollout: string;
  /** What the vendor was given. */
  readonly content: unknown;
}

/** What was received, in order. */
export class ReceivedList {
  readonly #all: Received[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(one: Omit<Received, 'number' | 'at'>): void {
    this.#all.push({ number: this.#all.length + 1, at: this.#now(), ...one });
  }

  all(): readonly Received[] {
    return this.#all;
  }

  clear(): void {
    this.#all.length = 0;
  }
}
