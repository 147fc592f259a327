import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { gateUnit, type GateUnit } from '../messages/why.ts';

/** One evaluation of a gate. */
export interface SeriesPoint {
  /** ISO 8601. */
  readonly at: string;
  /** Counts from 1. */
  readonly step: number;
  /** `undefined` where it was not known, which is no zero. */
  readonly green: number | undefined;
  readonly blue: number | undefined;
  readonly outcome: RecordedJudgement['outcome'];
}

/** Every evaluation of one gate, over all steps. Values and limits are in its unit; a share is 0..1. */
export interface GateSeries {
  readonly name: string;
  readonly unit: GateUnit;
  readonly betterHigher: boolean;
  readonly passLimit: number;
  readonly abortLimit: number;
  /** Oldest first. */
  readonly points: readonly SeriesPoint[];
}

/** Returns the series of every gate that was evaluated, in the order in which they came first. */
export function gateSeriesOf({ spec }: RolloutState, events: readonly RecordedEvent[]): readonly GateSeries[] {
  const found = new Map<string, { newest: RecordedJudgement; points: SeriesPoint[] }>();
  for (const { at, event } of events) {
    if (event.type !== 'GreenAnalysed') continue;
    for (const judgement of event.gates) {
      const { gate, green, blue, outcome } = judgement;
      const known = found.get(gate) ?? { newest: judgement, points: [] };
      known.newest = judgement;
      known.points.push({ at, step: event.step + 1, green, blue, outcome });
      found.set(gate, known);
    }
  }
  return [...found].map(([name, { newest, points }]) => ({
    ...{ name, unit: gateUnit(name, spec), betterHigher: newest.better === 'higher' },
    ...{ passLimit: newest.pass, abortLimit: newest.abort, points },
  }));
}
