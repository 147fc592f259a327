import type { Random } from '../../../lib/calibration/random.ts';
import type { FaultPlan, HintKind } from '../faults/faults.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Lambda } from './lambda.ts';
import { type Budget, budgetOf } from './retries.ts';
import { NamedError } from './process.ts';
import type { Delivery } from './scheduler.ts';
import type { TableChange } from './table.ts';

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly lambda: Lambda;
  /** Kinds of which none is delivered. */
  readonly never: readonly HintKind[];
  /** Milliseconds until EventBridge delivers again; 0 while it does. */
  readonly standsStill: () => number;
  /** Milliseconds until the table's stream is polled again; 0 while it is. */
  readonly pausedFor: () => number;
  /** An event that was tried as often as its budget allows, and is in the dead-letter queue. */
  readonly onGivenUp: (named: string, error: unknown) => void;
}

/** What EventBridge delivers; records of the stream go another way. */
const byEventBridge: readonly HintKind[] = ['push', 'status', 'alarm', 'sweep'];

/** What the mappings of the table's stream deliver. */
const byMapping: readonly HintKind[] = ['stream', 'wake', 'turn'];

/** Streams and events: delivered at least once as a rule, and now and then late, twice, out of order, or never. */
export class Hints {
  readonly #parts: Parts;
  readonly #counts = new Map<HintKind, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  delivery(of: HintKind): Delivery {
    const { faults, random, never } = this.#parts;
    if (never.includes(of)) return { times: 0, extra: 0 };
    const nth = (this.#counts.get(of) ?? 0) + 1;
    this.#counts.set(of, nth);
    const isMeant = (one: { of: HintKind; how: string; nth: number }) =>
      one.of === of && (one.how === 'gone' ? nth >= one.nth : one.nth === nth);
    const fault = faults.take('hint', isMeant);
    if (fault?.how === 'lost' || fault?.how === 'gone') return { times: 0, extra: 0 };
    if (fault?.how === 'twice') return { times: 2, extra: random.integer(0, 5_000) };
    return { times: 1, extra: fault?.how === 'late' ? random.integer(5_000, 90_000) : 0 };
  }

  /** The table's stream tells that a rollout has new events. */
  appended(rolloutId: string): void {
    this.deliver('stream', 'PublishFromStream', { rolloutId });
  }

  /** People have decided something that an execution may wait for. */
  woken(rolloutId: string): void {
    this.deliver('wake', 'ResumeRollout', { rolloutId });
  }

  /** A service is free, or a request began to wait for it. */
  #moved(service: string, isNews: boolean): void {
    this.deliver('turn', 'StartWaiting', { service, isNews });
  }

  /** The table's stream tells what it tells to those who wait: people have decided, a service is free, a request waits. */
  changed(changes: readonly TableChange[]): void {
    for (const { key, after } of changes) {
      const [, service] = /^SERVICE#(.+) \/ (?:LOCK|WAITING)$/.exec(key) ?? [];
      const isNews = key.endsWith(' / WAITING') && after !== undefined;
      const isReleased = key.endsWith(' / LOCK') && after === undefined;
      if (service !== undefined && (isNews || isReleased)) this.#moved(service, isNews);
      const [, rolloutId] = /^ROLLOUT#(.+) \/ WAKE#/.exec(key) ?? [];
      if (rolloutId !== undefined) this.woken(rolloutId);
    }
  }

  /** Calls a function for an event, as often as it is delivered. */
  deliver(of: HintKind, named: string, event: unknown): void {
    const { clock, random, standsStill, pausedFor } = this.#parts;
    const { times, extra } = this.delivery(of);
    const heldUp = byEventBridge.includes(of) ? standsStill() : byMapping.includes(of) ? pausedFor() : 0;
    for (let time = 0; time < times; time += 1) {
      const wait = heldUp + random.integer(100, 1_500) + (times === 1 ? extra : extra * time);
      clock.after(wait, () => void this.#attempt({ named, event, budget: budgetOf(of), since: clock.now() }, 0, 0));
    }
  }

  async #attempt(delivery: EventDelivery, errors: number, refusals: number): Promise<void> {
    const { clock, lambda, onGivenUp } = this.#parts;
    const { named, event, budget, since } = delivery;
    try {
      await lambda.invoke(named, event);
    } catch (error) {
      // What did not reach the function is no error of the function.
      const wasRefused = error instanceof NamedError && error.name.startsWith('Lambda.');
      const age = (clock.now() - since) / 1000;
      const wait = wasRefused ? budget.afterRefusal(refusals, age) : budget.afterError(errors, age);
      if (wait === undefined) {
        onGivenUp(named, error);
        return;
      }
      const next = wasRefused ? ([errors, refusals + 1] as const) : ([errors + 1, refusals] as const);
      clock.after(wait * 1000, () => void this.#attempt(delivery, ...next));
    }
  }
}

/** One delivery of one event, which may take several attempts. */
interface EventDelivery {
  readonly named: string;
  readonly event: unknown;
  readonly budget: Budget;
  /** Milliseconds since the epoch. */
  readonly since: number;
}
