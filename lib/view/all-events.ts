import type { RolloutStore } from '../ports/rollout-store.ts';
import type { RecordedEvent } from '../rollout/events.ts';

/** Events of one query: few enough for one page of the table, however much an evaluation of 20 gates holds. */
const eventsEach = 100;

/**
 * Reads the whole record of a rollout, all of its parts at the same time: a long record takes no more calls in a row than a short one.
 * @param sequence of its newest event; what comes after it is read, too
 */
export async function allEvents(
  { store }: { readonly store: Pick<RolloutStore, 'events'> },
  rolloutId: string,
  sequence: number,
): Promise<readonly RecordedEvent[]> {
  const parts = Math.max(1, Math.ceil(sequence / eventsEach));
  const read = Array.from({ length: parts }, (_, part) =>
    store.events(rolloutId, part * eventsEach, part === parts - 1 ? undefined : eventsEach),
  );
  return (await Promise.all(read)).flat();
}
