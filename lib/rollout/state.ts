import * as z from 'zod';
import { definitionOf, type EventType, type RolloutEvent } from './events.ts';
import { type Matter, matter, mattersAfter } from './matters.ts';
import { type RolloutFacts, rolloutFacts } from './rollout-facts.ts';
import { assertLegalEvent } from './rule-book.ts';
import { text } from './event-shapes.ts';

/** What is true of a rollout after its events so far. */
export interface RolloutState extends RolloutFacts {
  /** When each event that is recorded once happened first: a call that is repeated does not record it again. */
  readonly happened?: Readonly<Partial<Record<EventType, string>>> | undefined;
  /** What stays open and is announced again, oldest first. */
  readonly matters?: readonly Matter[] | undefined;
}

/** A state as it is stored. The types of events in it are not checked: a newer version may have recorded one of its own. */
export const rolloutState: z.ZodType<RolloutState, RolloutState> = rolloutFacts.extend({
  happened: z.partialRecord(z.custom<EventType>(isText), text).readonly().optional(),
  matters: z.array(matter).readonly().optional(),
});

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** The state of a rollout that has just been opened. */
export function openedState(rolloutId: string, at: string, event: OpenedEvent): RolloutState {
  const { type: _, ...facts } = event;
  return {
    schema: 1,
    rolloutId,
    phase: 'checking',
    openedAt: at,
    step: -1,
    weight: 0,
    shifts: [],
    ...facts,
    matters: mattersAfter([], event, at),
  };
}

/**
 * The state after one more event.
 * @throws IllegalTransition where the phase does not allow the event
 */
export function evolve(state: RolloutState, event: RolloutEvent, at: string): RolloutState {
  assertLegalEvent(state, event);
  const definition = definitionOf(event);
  return {
    ...state,
    ...definition.evolve(state, event, at),
    ...(definition.once && { happened: { [event.type]: at, ...state.happened } }),
    matters: mattersAfter(state.matters ?? [], event, at),
  };
}
