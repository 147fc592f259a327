import type { Random } from '../../../lib/calibration/random.ts';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type Fault, type FaultPlan, isWithin, mendedAfter } from '../faults/faults.ts';
import { serviceBehind, unavailable } from '../faults/services.ts';
import type { VirtualClock } from '../kernel/clock.ts';

/** A function while it runs, or a state of a machine that calls a service by itself. */
export interface Process {
  readonly name: string;
  /** How many of that name ran before it, and this one. */
  readonly nth: number;
  /** The execution that called it. */
  readonly caller: string | undefined;
  readonly startedAt: number;
  /** The rollout that it works for, where its input names one. */
  readonly rolloutId?: string | undefined;
  /** By which right, where its input says so. */
  readonly fence?: number | undefined;
  isDead: boolean;
  effects: number;
  /** Its first effect outside the record lands at this moment. */
  landsAt?: number | undefined;
  /** Its first look outside the record takes so many milliseconds more. */
  looksFor?: number | undefined;
  /** Told when the process ends before it could answer. */
  onDeath?: (error: Error) => void;
}

/** One effect, as the list of them is kept. */
export interface Effect {
  readonly process: Process;
  readonly call: string;
  readonly number: number;
  /** It landed long after it was sent. */
  readonly isLate: boolean;
}

/** Milliseconds that a request or its answer travels, at least and at most. */
const shortestTrip = 3;
export const longestTrip = 60;

/** A call that is never answered. */
export const never = new Promise<never>(() => undefined);

/** An error with the name that AWS gives it. */
export class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface Circumstances {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly start: number;
  readonly onEffect: (effect: Effect) => void;
  /** Stops the execution that a process belongs to. */
  readonly stop: (execution: string) => void;
}

/** How a call of a process to the world goes: it takes time, and everything that the plan holds may happen to it. */
export class Calls {
  readonly #given: Circumstances;
  readonly #counts = new Map<string, number>();
  readonly #brokenSince = new Map<Fault, number>();
  /** Whose change is being made; nobody's of the product where others act. */
  author: Process | undefined;

  constructor(given: Circumstances) {
    this.#given = given;
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return (this.#given.clock.now() - this.#given.start) / 1000;
  }

  count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  isThrottled(part: string): boolean {
    const { faults } = this.#given;
    return faults.take('throttling', (one) => one.part === part && isWithin(one, this.seconds)) !== undefined;
  }

  /** Ends where the service behind a call cannot be used now. @throws NamedError as the service names it, or the client */
  async refused(call: string): Promise<void> {
    const { faults, clock, random } = this.#given;
    const service = serviceBehind(call);
    const closing = service && faults.closing(service, this.seconds);
    if (service === undefined || closing === undefined) return;
    if (closing.kind === 'access-lost') {
      throw new NamedError('AccessDeniedException', `not authorized to perform ${call}`);
    }
    if (closing.answer === 'refused') throw new NamedError(unavailable[service], `${call}: the service is unavailable`);
    // The client tries three times, 4 s each.
    await clock.sleep(random.integer(4_000, 12_500));
    throw new NamedError('TimeoutError', `${call}: no answer within 4 s`);
  }

  /** A look at the world; `look` is told how many milliseconds old its answer is. */
  async look<T>(process: Process, call: string, look: (age: number) => T): Promise<T> {
    const nth = this.count(call);
    await this.#sent(process, call, nth);
    if (process.looksFor !== undefined && !call.startsWith('store.')) {
      const { looksFor } = process;
      process.looksFor = undefined;
      await this.#given.clock.sleep(looksFor);
    }
    const stale = this.#given.faults.take('stale-read', (fault) => fault.call === call && fault.nth === nth);
    const answer = look((stale?.seconds ?? 0) * 1000);
    await this.#travels(process);
    return answer;
  }

  /** A change of the world. */
  async change<T>(process: Process, call: string, apply: () => T): Promise<T> {
    const { faults, onEffect, clock } = this.#given;
    const nth = this.count(call);
    process.effects += 1;
    const number = process.effects;
    this.#dies(process, number, 'before');
    const lost = await this.#sent(process, call, nth);
    const isLate = process.landsAt !== undefined && /^(router|runtime|capacity)\./.test(call);
    if (process.landsAt !== undefined && isLate) {
      const { landsAt } = process;
      process.landsAt = undefined;
      await clock.sleep(landsAt - clock.now());
    }
    const isUnapplied = faults.take('unapplied', (fault) => fault.call === call && fault.nth === nth) !== undefined;
    const answer = isUnapplied ? (undefined as never) : this.#by(process, apply);
    onEffect({ process, call, number, isLate });
    this.#dies(process, number, 'after');
    if (lost) {
      faults.mark(lost);
      await this.#timesOut(process, call);
    }
    await this.#travels(process);
    return answer;
  }

  #by<T>(process: Process, apply: () => T): T {
    this.author = process;
    try {
      return apply();
    } finally {
      this.author = undefined;
    }
  }

  /** The request is on its way; answers the fault that will lose the answer. */
  async #sent(process: Process, call: string, nth: number) {
    const { faults } = this.#given;
    if (process.isDead) await never;
    await this.#travels(process);
    if (this.isThrottled(call.split('.')[0] ?? '')) throw new NamedError('ThrottlingException', 'Rate exceeded');
    await this.refused(call);
    if (call === 'store.TransactWrite' && faults.take('conflict', (one) => one.nth === nth) !== undefined) {
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'TransactionConflict' }],
      });
    }
    const unanswered = faults.ofKind('time-out').find((fault) => fault.call === call && fault.nth === nth);
    if (unanswered?.effect !== false) return unanswered;
    faults.mark(unanswered);
    return this.#timesOut(process, call);
  }

  /** The client tries three times, 4 s each. */
  async #timesOut(process: Process, call: string): Promise<never> {
    const { clock, random } = this.#given;
    await clock.sleep(random.integer(4_000, 12_500));
    if (process.isDead) await never;
    throw new NamedError('TimeoutError', `${call}: no answer within 4 s`);
  }

  async #travels(process: Process): Promise<void> {
    await this.#given.clock.sleep(this.#given.random.integer(shortestTrip, longestTrip));
    if (process.isDead) await never;
  }

  #dies(process: Process, number: number, when: 'before' | 'after'): void {
    const { faults, stop } = this.#given;
    const fault = faults.take(
      'killed',
      (one) =>
        one.function === process.name &&
        (one.nth === process.nth || (one.always && process.nth > one.nth && !this.#isMended(one))) &&
        one.effect === number &&
        one.when === when,
    );
    if (fault === undefined) return;
    if (fault.stops && process.caller !== undefined) stop(process.caller);
    this.end(
      process,
      new NamedError('Runtime.ExitError', 'RequestId: 1 Error: Runtime exited with error: signal: killed'),
    );
  }

  #isMended(fault: Fault): boolean {
    const since = this.#brokenSince.get(fault) ?? this.seconds;
    this.#brokenSince.set(fault, since);
    return this.seconds - since > mendedAfter;
  }

  /** The process is gone; nothing that it still waits for goes on. */
  end(process: Process, error: Error): void {
    if (process.isDead) return;
    process.isDead = true;
    process.onDeath?.(error);
  }
}
