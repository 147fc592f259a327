import type { PeriodOfBoth } from '../analysis/datapoint.ts';
import type { RecordedEvent } from './events.ts';

/** Every period that the evaluations of a rollout recorded, in order of time; what was revised counts as it was seen last. */
export function recordedPeriods(events: readonly RecordedEvent[]): readonly PeriodOfBoth[] {
  const byStart = new Map<number, PeriodOfBoth>();
  for (const { event } of events) {
    if (event.type !== 'GreenAnalysed') continue;
    for (const period of event.datapoints ?? []) byStart.set(period.at, period);
  }
  return [...byStart.values()].sort((left, right) => left.at - right.at);
}
