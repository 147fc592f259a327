import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';

/** Returns the newest event of a type; `undefined` where there is none. */
export function newestEvent<Type extends RolloutEvent['type']>(
  events: readonly RecordedEvent[],
  type: Type,
): Extract<RolloutEvent, { type: Type }> | undefined {
  const isOfType = (event: RolloutEvent): event is Extract<RolloutEvent, { type: Type }> => event.type === type;
  return events.flatMap(({ event }) => (isOfType(event) ? [event] : [])).at(-1);
}
