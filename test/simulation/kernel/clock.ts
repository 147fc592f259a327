import { nextTick } from 'node:process';

interface Timer {
  readonly at: number;
  readonly serial: number;
  readonly callback: () => void;
  isCleared: boolean;
}

/**
 * Virtual time. Nothing waits: the next timer is due as soon as everything before it has come to rest. Timers of one moment
 * go off in the order in which they were set, so that the same run always goes the same way.
 */
export class VirtualClock {
  #now: number;
  #serial = 0;
  readonly #heap: Timer[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): Timer {
    this.#serial += 1;
    const at = this.#now + Math.max(0, milliseconds);
    const timer: Timer = { at, serial: this.#serial, callback, isCleared: false };
    push(this.#heap, timer);
    return timer;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Runs until no timer is left before the given moment; false where some are left behind it. */
  async run(until: number, onAdvance: () => void = () => undefined): Promise<boolean> {
    await settled();
    for (let timer = this.#heap[0]; timer !== undefined; timer = this.#heap[0]) {
      if (timer.at > until && !timer.isCleared) return false;
      pop(this.#heap);
      if (timer.isCleared) continue;
      const hasAdvanced = timer.at > this.#now;
      this.#now = timer.at;
      if (hasAdvanced) onAdvance();
      timer.callback();
      await settled();
    }
    return true;
  }

  /**
   * Puts this clock in the place of the process's until the work is done: what asks for the time or waits gets virtual time.
   * @param random in the place of `Math.random`, as the retries of a machine wait for a random time
   */
  async installed<T>(work: () => Promise<T>, random: () => number = Math.random): Promise<T> {
    const { setTimeout, clearTimeout, Date: RealDate } = globalThis;
    const { random: realRandom } = Math;
    const now = () => this.#now;
    class VirtualDate extends RealDate {
      constructor(...given: readonly unknown[]) {
        if (given.length === 0) super(now());
        else super(given[0] as number);
      }
      static override now(): number {
        return now();
      }
    }
    const virtual = {
      Date: VirtualDate,
      setTimeout: (callback: () => void, milliseconds = 0) => this.after(milliseconds, callback),
      clearTimeout: (timer?: Timer) => {
        if (timer !== undefined) timer.isCleared = true;
      },
    };
    Object.assign(globalThis, virtual);
    Math.random = random;
    try {
      return await work();
    } finally {
      Math.random = realRandom;
      Object.assign(globalThis, { setTimeout, clearTimeout, Date: RealDate });
    }
  }
}

/**
 * Resolves once every promise that can go on has gone on: Node takes the next tick only after the last of them. It is no turn of the
 * event loop, which costs more than most of what happens between two timers; nothing in a run waits for input or output.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    nextTick(resolve);
  });
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.at === right.at ? left.serial < right.serial : left.at < right.at;
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isSwapped(heap, parent, index)) return;
    index = parent;
  }
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const [a, b] = [heap[left], heap[right]];
    const least = a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
    if (!isSwapped(heap, index, least)) return;
    index = least;
  }
}

/** Swaps parent and child where the child is due first. */
function isSwapped(heap: Timer[], parent: number, child: number): boolean {
  const [above, below] = [heap[parent], heap[child]];
  if (above === undefined || below === undefined || !isBefore(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
