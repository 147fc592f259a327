import type { Measure } from '../../ports/measures.ts';
import { definitionOf, type RecordedEvent, type RolloutEvent } from '../../rollout/events.ts';
import { phaseTimes } from '../../rollout/phases.ts';

/** Whether the measures of an event need the rollout's whole record. */
export function endsRollout({ event: { type } }: RecordedEvent): boolean {
  return type !== 'RolloutOpened' && definitionOf({ type }).countsAs !== undefined;
}

/** The numbers that new events of a rollout bring; `record` is all of its events where one of the new ones ends it. */
export function measuresOf(events: readonly RecordedEvent[], record: readonly RecordedEvent[]): readonly Measure[] {
  return events.flatMap((recorded): readonly Measure[] => {
    const { event, at } = recorded;
    const { countsAs } = definitionOf(event);
    if (countsAs !== undefined) {
      const outcome = isDrill(event, record) ? 'drill' : countsAs;
      const rollout: Measure = { name: 'Rollouts', unit: 'Count', value: 1, at, by: { outcome } };
      return endsRollout(recorded) ? [rollout, ...secondsOf(record, at)] : [rollout];
    }
    if (event.type !== 'GreenAnalysed') return [];
    const verdicts = Map.groupBy(event.gates, (gate) => gate.outcome);
    const gates = [...verdicts].map(([verdict, { length }]): Measure => ({
      name: 'GateEvaluations',
      unit: 'Count',
      value: length,
      at,
      by: { verdict },
    }));
    return event.settledUntil === undefined ? gates : [...gates, delay(event.settledUntil, at)];
  });
}

/** The end of a drill is no rollback that somebody needed. */
function isDrill(event: RolloutEvent, [first]: readonly RecordedEvent[]): boolean {
  return event.type !== 'RolloutOpened' && first?.event.type === 'RolloutOpened' && first.event.drill !== undefined;
}

/** One number a phase, however often the rollout was in it. */
function secondsOf(record: readonly RecordedEvent[], at: string): readonly Measure[] {
  const times = Map.groupBy(phaseTimes(record), ({ phase }) => phase);
  return [...times].map(([phase, spans]) => ({
    name: 'PhaseSeconds',
    unit: 'Seconds',
    value: spans.reduce((sum, { seconds }) => sum + seconds, 0),
    at,
    by: { phase },
  }));
}

/** How old the newest minute was that a verdict rests on. */
function delay(settledUntil: number, at: string): Measure {
  return { name: 'VerdictDelaySeconds', unit: 'Seconds', value: Date.parse(at) / 1000 - settledUntil, at, by: {} };
}
