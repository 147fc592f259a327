import { definitionOf, type EventType, type RecordedEvent, type RolloutEvent } from './events.ts';
import type { Severity } from './events/define-event.ts';
import type { RolloutFacts } from './rollout-facts.ts';

/** Severity of a transition; `undefined` for an event that is kept and not announced. */
export function severityOf(type: EventType): Severity | undefined {
  return definitionOf({ type }).severity;
}

/** The same of one event: going back by hand is more than opening any rollout. */
export function severityOfEvent(event: RolloutEvent): Severity | undefined {
  return definitionOf(event).severityOf(event);
}

/** One plain sentence for people; holds text that users control, so every renderer must escape it. */
export function describeEvent(event: RolloutEvent, state: RolloutFacts): string {
  return definitionOf(event).says(event, state);
}

/** The events of a record that are announced, with their severity. */
export function transitionsOf(events: readonly RecordedEvent[]): readonly (RecordedEvent & { severity: Severity })[] {
  return events.flatMap((recorded) => {
    const severity = severityOfEvent(recorded.event);
    return severity === undefined ? [] : [{ ...recorded, severity }];
  });
}
