import type { DeliveryHint, Outbox } from '../../../lib/ports/outbox.ts';
import { TryLater } from '../../../lib/usecases/notifying/try-later.ts';

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
  time = 0;
  readonly dead: DeliveryHint[] = [];
  readonly #kept: Kept[] = [];
  readonly #sentAt = new Map<string, number>();

  hint(hints: readonly DeliveryHint[]): Promise<void> {
    for (const hint of hints) {
      const group = `${hint.rolloutId}.${hint.channel}`;
      const name = `${group}/${hint.id}`;
      if (this.time - (this.#sentAt.get(name) ?? Number.NEGATIVE_INFINITY) < dedupMilliseconds) continue;
      this.#sentAt.set(name, this.time);
      this.#kept.push({ hint, group, visibleAt: this.time, receives: 0 });
    }
    return Promise.resolve();
  }

  /** Hands on one message, the first that is visible and heads its group; false where the queue is empty. Time passes until there is one. */
  async next(handle: (hint: DeliveryHint) => Promise<unknown>): Promise<boolean> {
    const heads = [...new Map(this.#kept.toReversed().map((one) => [one.group, one])).values()];
    const first = heads.toSorted((left, right) => left.visibleAt - right.visibleAt)[0];
    if (first === undefined) return false;
    this.time = Math.max(this.time, first.visibleAt);
    first.receives += 1;
    if (first.receives > mostReceives) {
      this.dead.push(first.hint);
      this.#remove(first);
      return true;
    }
    first.visibleAt = this.time + visibilityMilliseconds;
    try {
      await handle(first.hint);
      this.#remove(first);
    } catch (error) {
      // A process that died says nothing: the message comes back after its time. One that failed asks for another.
      if (error instanceof Crash) return true;
      const asked = error instanceof TryLater ? error.afterSeconds : undefined;
      first.visibleAt = this.time + 1000 * (asked ?? Math.min(300, 2 ** (first.receives - 1)));
    }
    return true;
  }

  #remove(one: Kept): void {
    this.#kept.splice(this.#kept.indexOf(one), 1);
  }
}

/** The process is gone: whatever it was about to do does not happen. */
export class Crash extends Error {}
