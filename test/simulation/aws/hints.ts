import type { Random } from '../../../bench/analysis/random.ts';
import type { FaultPlan, HintKind } from '../faults/faults.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Lambda } from './lambda.ts';
import type { Delivery } from './scheduler.ts';

/** How often a hint is delivered again where its function failed; serverless/functions.yml says it of the stream. */
const mostAttempts = 10;

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly lambda: Lambda;
  /** Kinds of which none is delivered. */
  readonly never: readonly HintKind[];
}

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
  moved(service: string, isNews: boolean): void {
    this.deliver('turn', 'StartWaiting', { service, isNews });
  }

  /** Calls a function for an event, as often as it is delivered. */
  deliver(of: HintKind, named: string, event: unknown): void {
    const { clock, random } = this.#parts;
    const { times, extra } = this.delivery(of);
    for (let time = 0; time < times; time += 1) {
      const wait = random.integer(100, 1_500) + (times === 1 ? extra : extra * time);
      clock.after(wait, () => void this.#attempt(named, event, 1));
    }
  }

  async #attempt(named: string, event: unknown, attempt: number): Promise<void> {
    const { clock, lambda } = this.#parts;
    try {
      await lambda.invoke(named, event);
    } catch {
      if (attempt < mostAttempts) clock.after(1000 * 2 ** attempt, () => void this.#attempt(named, event, attempt + 1));
    }
  }
}
