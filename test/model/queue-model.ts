import type { DeliveryHint, Outbox } from '../../lib/ports/outbox.ts';
import { TryLater } from '../../lib/usecases/notifying/try-later.ts';

interface Kept {
  readonly hint: DeliveryHint;
  readonly group: string;
  visibleAt: number;
  receives: number;
}

const dedupMilliseconds = 300_000;
const visibilityMilliseconds = 180_000;
const mostReceives = 30;

/** A FIFO queue with groups, deduplication, visibility and a dead-letter queue, in virtual time, as SQS describes it. */
export class QueueModel implements Pick<Outbox, 'hint'> {
  readonly dead: DeliveryHint[] = [];
  readonly #kept: Kept[] = [];
  readonly #sentAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now milliseconds since any moment */
  constructor(now: () => number) {
    this.#now = now;
  }

  hint(hints: readonly DeliveryHint[]): Promise<void> {
    for (const hint of hints) {
      const group = `${hint.rolloutId}.${hint.channel}`;
      const name = `${group}/${hint.id}`;
      const now = this.#now();
      if (now - (this.#sentAt.get(name) ?? Number.NEGATIVE_INFINITY) < dedupMilliseconds) continue;
      this.#sentAt.set(name, now);
      this.#kept.push({ hint, group, visibleAt: now, receives: 0 });
    }
    return Promise.resolve();
  }

  /** When the next message can be received, or could have been; `undefined` where the queue is empty. */
  get dueAt(): number | undefined {
    return this.#first()?.visibleAt;
  }

  /** Hands on one message, the first that is visible and heads its group; false where there is none now. */
  async receive(handle: (hint: DeliveryHint) => Promise<unknown>): Promise<boolean> {
    const first = this.#first();
    if (first === undefined || first.visibleAt > this.#now()) return false;
    first.receives += 1;
    if (first.receives > mostReceives) {
      this.dead.push(first.hint);
      this.#remove(first);
      return true;
    }
    const until = this.#now() + visibilityMilliseconds;
    first.visibleAt = until;
    try {
      await handle(first.hint);
      this.#remove(first);
    } catch (error) {
      // A process that died says nothing: the message comes back after its time. One that failed asks for another.
      if (error instanceof Crash) return true;
      const asked = error instanceof TryLater ? error.afterSeconds : undefined;
      const wait = 1000 * (asked ?? Math.min(300, 2 ** (first.receives - 1)));
      // Received again meanwhile: that time counts.
      if (first.visibleAt === until) first.visibleAt = this.#now() + wait;
    }
    return true;
  }

  #first(): Kept | undefined {
    const heads = new Map<string, Kept>();
    for (const one of this.#kept) if (!heads.has(one.group)) heads.set(one.group, one);
    let first: Kept | undefined;
    for (const one of heads.values()) if (first === undefined || one.visibleAt < first.visibleAt) first = one;
    return first;
  }

  #remove(one: Kept): void {
    const index = this.#kept.indexOf(one);
    if (index !== -1) this.#kept.splice(index, 1);
  }
}

/** The process is gone: whatever it was about to do does not happen. */
export class Crash extends Error {}
