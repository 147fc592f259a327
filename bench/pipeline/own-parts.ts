import type { StateSpan } from './machine-history.ts';
import { type Span, withoutWaits } from './own-time.ts';

/** What the pipeline's own time was spent in, seconds. */
export interface Parts {
  /** From the push until the machine entered its first state. */
  readonly untilMachine: number;
  /** Inside tasks: functions, and those of a Map. */
  readonly tasks: number;
  /** Inside wait states. */
  readonly pauses: number;
  /** Inside choices and passes, and between states. */
  readonly between: number;
  /** Each state that took some of it, longest first. */
  readonly states: readonly PartOfState[];
}

interface PartOfState {
  readonly name: string;
  readonly entries: number;
  readonly seconds: number;
}

const working = new Set(['Task', 'Map', 'Parallel']);

/** Divides a rollout's own time among the states of its machine. */
export function partsOf(history: readonly StateSpan[], whole: Span, waits: readonly Span[]): Parts {
  const own = ({ from, to }: Span) => {
    const within = { from: Math.max(from, whole.from), to: Math.min(to, whole.to) };
    return within.to > within.from ? withoutWaits(waits, within) / 1000 : 0;
  };
  const ownOf = (spans: readonly StateSpan[]) => spans.reduce((sum, span) => sum + own(span), 0);
  const untilMachine = own({ from: whole.from, to: history[0]?.from ?? whole.to });
  const tasks = ownOf(history.filter(({ type }) => working.has(type)));
  const pauses = ownOf(history.filter(({ type }) => type === 'Wait'));
  const states = [...Map.groupBy(history, ({ name }) => name)].map(([name, spans]) => ({
    name,
    entries: spans.length,
    seconds: ownOf(spans),
  }));
  return {
    untilMachine,
    tasks,
    pauses,
    between: own(whole) - untilMachine - tasks - pauses,
    states: states.filter(({ seconds }) => seconds > 0).toSorted((one, other) => other.seconds - one.seconds),
  };
}
