/** Where one crash comes, and what dies. */
export interface Crash {
  /** Which effect, counted from 1. */
  readonly effect: number;
  readonly when: 'before' | 'after';
  /** The execution is stopped in the same moment; otherwise the function dies, and the machine calls it again. */
  readonly stops: boolean;
}

/** Counts what the functions of an emergency write, and crashes at one of them. */
export class Effects {
  /** Every effect so far, by the state that made it. */
  readonly seen: string[] = [];
  readonly #crash: Crash | undefined;
  #state: string | undefined;
  #stopped = false;
  #crashed = false;

  constructor(crash?: Crash) {
    this.#crash = crash;
  }

  /** Whether the crash came. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** From now on writes are those of a state. */
  arm(state: string): void {
    this.#state = state;
  }

  disarm(): void {
    this.#state = undefined;
  }

  isStopped(): boolean {
    return this.#stopped;
  }

  /** Another execution, or another call, comes after the one that was stopped. */
  goOn(): void {
    this.#stopped = false;
  }

  /** Runs something whose writes are not of the emergency. */
  async aside(act: () => Promise<void>): Promise<void> {
    const state = this.#state;
    this.#state = undefined;
    await act();
    this.#state = state;
  }

  /** Makes a write one that may crash. */
  around<Args extends unknown[], Answer>(
    call: string,
    write: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return async (...args) => {
      const isOwn = this.#state !== undefined;
      if (isOwn) this.at(call, 'before');
      const answer = await write(...args);
      if (isOwn) this.at(call, 'after');
      return answer;
    };
  }

  /** One moment of an effect. @throws Error where the crash is then */
  at(call: string, when: 'before' | 'after'): void {
    if (this.#state === undefined) return;
    if (this.#stopped) throw new Error('the function is dead');
    if (when === 'before') this.seen.push(`${this.#state}: ${call}`);
    if (this.#crash === undefined || this.#crashed) return;
    if (this.#crash.effect !== this.seen.length || this.#crash.when !== when) return;
    this.#crashed = true;
    this.#stopped = this.#crash.stops;
    throw new Error('the function died');
  }
}
