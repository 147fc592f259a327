import * as z from 'zod';
import type { AnyEvent } from '../rollout/events/define-event.ts';
import type { ReleaseEventDefinition } from './events/define-release-event.ts';
import { memberEvents } from './events/member.ts';
import { openedRelease, wholeReleaseEvents } from './events/release.ts';
import type { ReleaseState } from './release-state.ts';

const chapters = [wholeReleaseEvents, memberEvents] as const;

type Definition = (typeof chapters)[number][number];
type Defined<One> = One extends ReleaseEventDefinition<infer Event> ? Event : never;

/** Everything that can happen to a release. The record is the list of these; the state follows from them. */
export type ReleaseEvent = Defined<Definition>;
export type ReleaseEventType = ReleaseEvent['type'];
export type ReleaseOpened = Extract<ReleaseEvent, { type: 'ReleaseOpened' }>;

/** The definitions of all events of releases. */
export const releaseEventDefinitions: readonly ReleaseEventDefinition<ReleaseEvent, ReleaseEventType>[] =
  chapters.flat();

const byType: ReadonlyMap<string, ReleaseEventDefinition<ReleaseEvent>> = new Map(
  releaseEventDefinitions.map((definition) => [definition.type, definition]),
);

/** Returns whether this version knows a type of event. */
export function isReleaseEventType(type: string): boolean {
  return byType.has(type);
}

/** Returns what is known of an event's type. */
export function releaseDefinitionOf({ type }: AnyEvent): ReleaseEventDefinition<ReleaseEvent> {
  const definition = byType.get(type);
  if (definition === undefined) throw new Error(`${type} is no event of a release.`);
  return definition;
}

const eventOfAnyType = z.object({ type: z.enum(releaseEventDefinitions.map(({ type }) => type)) });

const releaseEvent = z.custom<ReleaseEvent>().superRefine((value, context) => {
  const { error, data } = eventOfAnyType.safeParse(value);
  const failed = data === undefined ? error : releaseDefinitionOf(data).stored.safeParse(value).error;
  for (const { path, message } of failed?.issues ?? []) context.addIssue({ code: 'custom', path, message });
});

/** An event with its place in the record of its release. */
export const recordedReleaseEvent = z
  .object({ releaseId: z.string(), sequence: z.number(), at: z.string(), event: releaseEvent })
  .readonly();
export type RecordedReleaseEvent = z.output<typeof recordedReleaseEvent>;

/** A release and the sequence of its newest event. */
interface Kept {
  readonly state: ReleaseState;
  readonly sequence: number;
}

/** Returns a release that has just been opened, with its first event. */
export function opened(
  event: ReleaseOpened,
  at: string,
): Kept & { readonly recorded: readonly RecordedReleaseEvent[] } {
  const { releaseId } = event;
  return { state: openedRelease(event, at), sequence: 1, recorded: [{ releaseId, sequence: 1, at, event }] };
}

/**
 * Returns a release after more events, with what is recorded of them.
 * @throws IllegalReleaseEvent where one is not possible as the release stands
 */
export function continued(
  from: Kept,
  events: readonly ReleaseEvent[],
  at: string,
): Kept & { readonly recorded: readonly RecordedReleaseEvent[] } {
  const { releaseId } = from.state;
  let { state } = from;
  const recorded = events.map((event, index) => {
    if (!releaseDefinitionOf(event).accepts(state, event)) throw new IllegalReleaseEvent(state, event.type);
    state = evolveRelease(state, event, at);
    return { releaseId, sequence: from.sequence + index + 1, at, event };
  });
  return { state, sequence: from.sequence + events.length, recorded };
}

/** Returns the state after one more event. */
export function evolveRelease(state: ReleaseState, event: ReleaseEvent, at: string): ReleaseState {
  return releaseDefinitionOf(event).evolve(state, event, at);
}

/** An event that a release does not take as it stands; `name` stays readable after minification. */
class IllegalReleaseEvent extends Error {
  override readonly name = 'IllegalReleaseEvent';
  constructor({ releaseId }: Pick<ReleaseState, 'releaseId'>, type: string) {
    super(`Release ${releaseId} does not take ${type} as it stands.`);
  }
}
