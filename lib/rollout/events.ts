import { checks } from './events/checks.ts';
import { closing } from './events/closing.ts';
import type { AnyEvent, EventDefinition } from './events/define-event.ts';
import { green } from './events/green.ts';
import { interference } from './events/interference.ts';
import { opening } from './events/opening.ts';
import { people } from './events/people.ts';
import { retirement } from './events/retirement.ts';
import { rollback } from './events/rollback.ts';
import { rollbackParts } from './events/rollback-parts.ts';
import { shifting } from './events/shifting.ts';
import { weights } from './events/weights.ts';

/** The chapters of a rollout; each defines its events. */
const chapters = [
  opening,
  checks,
  people,
  green,
  shifting,
  interference,
  rollback,
  rollbackParts,
  closing,
  weights,
  retirement,
] as const;

type Definition = (typeof chapters)[number][number];
type Defined<One> = One extends EventDefinition<infer Event> ? Event : never;

/** Everything that can happen to a rollout. The record is the list of these; the state follows from them. */
export type RolloutEvent = Defined<Definition>;

export type EventType = RolloutEvent['type'];

/** An event in the record. */
export interface RecordedEvent {
  readonly rolloutId: string;
  /** 1 for the first event, without gaps. */
  readonly sequence: number;
  /** ISO 8601, milliseconds. */
  readonly at: string;
  readonly event: RolloutEvent;
}

/** The definitions of all events, chapter by chapter. */
export const eventDefinitions: readonly EventDefinition<RolloutEvent>[] = chapters.flat();

const byType: ReadonlyMap<string, EventDefinition<RolloutEvent>> = new Map(
  eventDefinitions.map((definition) => [definition.type, definition]),
);

/** Returns what is known of an event's type. */
export function definitionOf({ type }: AnyEvent): EventDefinition<RolloutEvent> {
  const definition = byType.get(type);
  if (definition === undefined) throw new Error(`${type} is no event of a rollout.`);
  return definition;
}
