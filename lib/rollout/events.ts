import * as z from 'zod';
import { after } from './events/after.ts';
import { alerts } from './events/alerts.ts';
import { audit } from './events/audit.ts';
import { calendar } from './events/calendar.ts';
import { breakGlass } from './events/break-glass.ts';
import { directUse } from './events/direct-use.ts';
import { checks } from './events/checks.ts';
import { closing } from './events/closing.ts';
import { time } from './event-shapes.ts';
import type { AnyEvent, EventDefinition } from './events/define-event.ts';
import { emergency } from './events/emergency.ts';
import { incident } from './events/incident.ts';
import { drill } from './events/drill.ts';
import { green } from './events/green.ts';
import { drift } from './events/drift.ts';
import { maintenance } from './events/maintenance.ts';
import { opening } from './events/opening.ts';
import { plannedWork } from './events/planned-work.ts';
import { people } from './events/people.ts';
import { requesterEvents } from './events/requester.ts';
import { retirement } from './events/retirement.ts';
import { rollback } from './events/rollback.ts';
import { rollbackParts } from './events/rollback-parts.ts';
import { shifting } from './events/shifting.ts';
import { tasks } from './events/tasks.ts';
import { weights } from './events/weights.ts';

/** The chapters of a rollout; each defines its events. */
const chapters = [
  opening,
  checks,
  requesterEvents,
  people,
  alerts,
  breakGlass,
  directUse,
  green,
  tasks,
  shifting,
  calendar,
  after,
  drift,
  rollback,
  rollbackParts,
  closing,
  weights,
  drill,
  maintenance,
  plannedWork,
  emergency,
  incident,
  retirement,
  audit,
] as const;

type Definition = (typeof chapters)[number][number];
type Defined<One> = One extends EventDefinition<infer Event> ? Event : never;

/** Everything that can happen to a rollout. The record is the list of these; the state follows from them. */
export type RolloutEvent = Defined<Definition>;

export type EventType = RolloutEvent['type'];

/** The place of an event in the hash chain of its rollout; SHA-256 in hexadecimal digits. */
export const chainLink = z
  .object({
    /** Hash of the event before; empty before the first. */
    previous: z.string(),
    /** Of the event, everything in it and `previous`. */
    hash: z.string(),
    /** Of the state that follows, where one was written with this event. */
    state: z.string().optional(),
  })
  .readonly();
export type ChainLink = z.output<typeof chainLink>;

/** An event in the record. */
export interface RecordedEvent {
  readonly rolloutId: string;
  /** 1 for the first event, without gaps. */
  readonly sequence: number;
  /** ISO 8601, milliseconds. */
  readonly at: string;
  readonly event: RolloutEvent;
  /** Absent in rollouts that were opened by a version without chains. */
  readonly chain?: ChainLink | undefined;
}

/** The definitions of all events, chapter by chapter. */
export const eventDefinitions: readonly EventDefinition<RolloutEvent, EventType>[] = chapters.flat();

const byType: ReadonlyMap<string, EventDefinition<RolloutEvent>> = new Map(
  eventDefinitions.map((definition) => [definition.type, definition]),
);

/** Whether this version knows a type of event. */
export function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && byType.has(type);
}

let union: z.ZodType | undefined;

/** Built when the first event is read: most commands and functions never read one. */
function unionOfEvents(): z.ZodType {
  if (union !== undefined) return union;
  const [first, ...others] = eventDefinitions.map((definition) => definition.stored());
  if (first === undefined) throw new Error('No event is defined.');
  union = z.discriminatedUnion('type', [first, ...others]);
  return union;
}

const rolloutEvent = z.custom<RolloutEvent>().superRefine((value, context) => {
  const { error } = unionOfEvents().safeParse(value);
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
});

/** An event as the record holds it. */
export const recordedEvent = z.object({
  rolloutId: z.string(),
  sequence: z.int().min(1),
  at: time,
  event: rolloutEvent,
  chain: chainLink.optional(),
});

/** Returns what is known of a type of event that a state names; `undefined` where a newer version recorded one of its own. */
export function knownDefinitionOf({ type }: AnyEvent): EventDefinition<RolloutEvent> | undefined {
  return byType.get(type);
}

/** Returns what is known of an event's type. */
export function definitionOf({ type }: AnyEvent): EventDefinition<RolloutEvent> {
  const definition = byType.get(type);
  if (definition === undefined) throw new Error(`${type} is no event of a rollout.`);
  return definition;
}
