import * as z from 'zod';
import type { Phase } from '../phase.ts';
import type { RolloutFacts } from '../rollout-facts.ts';

/** Who has to care: `critical` needs a person at once, `warning` went wrong, `info` is news. */
export type Severity = 'info' | 'warning' | 'critical';

/** The phases that allow an event: a list, every phase before the end (`active`), or every phase (`any`). */
export type AllowedIn = readonly Phase[] | 'active' | 'any';

/** What a text may tell besides the event itself. */
export interface Telling {
  readonly state: RolloutFacts;
  /** When the event happened, ISO 8601. */
  readonly at: string;
  /** Name of the installation, for commands that a person runs. */
  readonly stage: string;
}

/** What an event means for what needs a person; see `matters.ts`. */
export interface Attention {
  /** It stays open until it is over or a person takes it; whatever is critical does so anyway. */
  readonly opens?: true;
  /** A person has to decide or to know at once; whatever is critical is so anyway. */
  readonly needsPerson?: true;
  /** Types of the events that are over with this one. */
  readonly closes?: readonly string[];
  /** The rollout has ended with it: everything open is over but what outlives the end. */
  readonly endsRollout?: true;
  /** Stays open after the end of the rollout. */
  readonly outlivesEnd?: true;
  /** What stays open has the severity of this one event, not that of its type. */
  readonly opensAsItIs?: true;
}

/** What other rooms do because of an event. */
export interface Duties {
  /** Recorded beside the rollout's own work: what a state found out is true after it as before. */
  readonly aside?: true;
  /** The rollout has got on: work that was delayed could be done. */
  readonly progress?: true;
  /** People of the spec get a link for these decisions. */
  readonly asks?: readonly ('approval' | 'hold' | 'control' | 'task')[];
  /** The head of a thread shows it: chats post no message for it, unless a row of the table names it. */
  readonly inHead?: true;
  /** Where it is news alone, the head of a thread tells it: a chat with threads posts that, one without posts nothing. */
  readonly opensThread?: true;
  /** What happened in a few words, as subjects say it; without it the words of its type. */
  readonly short?: string | ((state: RolloutFacts) => string);
  /** What people run because of it, after `sluice`, with `{rollout}` and `{service}`; without it what its severity asks for. */
  readonly run?: readonly string[];
  /** What the person who did it did, after their name: `approved`. */
  readonly deed?: string;
  /** It tells of work ahead: customers of the spec hear of it. */
  readonly isPlan?: true;
  /** A change that PagerDuty shows beside incidents and that notifies nobody: the rollout begins or ends, or gets on between. */
  readonly marksChange?: 'end' | 'between';
  /** It is about the service, whichever rollout's record it stands in: no part of a drill, nor of a hotfix. */
  readonly ofService?: true;
  /** The outcome that it counts as in the metric `Rollouts`. */
  readonly countsAs?: string;
}

/** An event as its type; its other fields are known to its definition alone. */
export interface AnyEvent {
  readonly type: string;
}

/** Fields of an event; zod gives an object without fields an index signature, which would forbid the type itself. */
type Fields<Detail extends z.ZodObject> = string extends keyof z.output<Detail> ? unknown : Readonly<z.output<Detail>>;
type EventOf<Type extends string, Detail extends z.ZodObject> = { readonly type: Type } & Fields<Detail>;

/** Work of the same service that has no record of its own yet. */
export interface OtherWork {
  readonly image: string;
  readonly requestedBy: string;
}

/** Everything that is known of one type of event, as it is written in a chapter. */
export interface WrittenEvent<Type extends string, Detail extends z.ZodObject> extends Attention, Duties {
  readonly type: Type;
  /** When it happens, for the documentation; lower case, no full stop. */
  readonly when: string;
  /** Its fields. A field that is added later is optional: older records lack it. */
  readonly detail: Detail;
  /** Fields that are announced, where the record alone needs the others. */
  readonly announced?: readonly (keyof z.output<Detail> & string)[];
  readonly allowedIn: AllowedIn;
  /** Refuses an event that its phase allows. */
  readonly accepts?: (state: RolloutFacts, event: EventOf<Type, Detail>) => boolean;
  /** Without it the event is kept in the record and not announced. */
  readonly severity?: Severity;
  /** The severity of one event where it differs from that of its type. */
  readonly severityOf?: (event: EventOf<Type, Detail>) => Severity | undefined;
  /** When it happened first is kept in the state: a call that is repeated does not record it again. */
  readonly once?: true;
  /** Returns what it changes in the state. */
  readonly evolve?: (state: RolloutFacts, event: EventOf<Type, Detail>, at: string) => Partial<RolloutFacts>;
  /** What happened, in one plain sentence. It holds text that users control: every renderer escapes it. */
  readonly says: string | ((event: EventOf<Type, Detail>, state: RolloutFacts) => string);
  /** The work that it tells of, where that is another one than the rollout in whose record it stands. */
  readonly about?: (event: EventOf<Type, Detail>) => OtherWork;
  /** Why it happened, a line a reason. */
  readonly why?: readonly string[] | ((event: EventOf<Type, Detail>, state: RolloutFacts) => readonly string[]);
  /** What the gates said last stands behind it: their numbers are shown with the reasons. */
  readonly byGates?: true;
  /** What comes next and when; nothing without it. */
  readonly next?: string | ((event: EventOf<Type, Detail>, telling: Telling) => string);
}

/** A definition as every event has it: its functions take any event and refuse one of another type. */
export interface EventDefinition<Event extends AnyEvent = AnyEvent, Type extends string = string>
  extends Attention, Duties {
  readonly type: Type;
  readonly when: string;
  readonly detail: z.ZodObject;
  readonly announced: readonly string[] | undefined;
  readonly allowedIn: AllowedIn;
  readonly severity: Severity | undefined;
  readonly once: boolean;
  readonly byGates: boolean;
  /** The whole event as it is stored; made when it is asked for. */
  stored(): z.ZodObject;
  isOwn(event: AnyEvent): event is Event;
  accepts(state: RolloutFacts, event: AnyEvent): boolean;
  severityOf(event: AnyEvent): Severity | undefined;
  evolve(state: RolloutFacts, event: AnyEvent, at: string): Partial<RolloutFacts>;
  says(event: AnyEvent, state: RolloutFacts): string;
  /** The work that it tells of; `undefined` where that is the rollout in whose record it stands. */
  about(event: AnyEvent): OtherWork | undefined;
  why(event: AnyEvent, state: RolloutFacts): readonly string[];
  next(event: AnyEvent, telling: Telling): string;
}

/**
 * Defines one type of event. Rule book, fold, severities, messages, documentation and the parser of the table follow from it.
 * @example
 * export const bakeHeld = defineEvent({
 *   type: 'BakeHeld',
  marksChange: 'between',
 *   when: 'a step waits for better evidence',
 *   detail: z.object({ step: z.int(), reason: z.string(), until: z.iso.datetime() }),
 *   allowedIn: ['baking'],
 *   severity: 'warning',
 *   evolve: (_state, _event, at) => ({ heldSince: at }),
 *   says: ({ step, reason, until }) => `Step ${step + 1} is held until ${until} at the latest: ${reason}`,
 *   next: ({ until }) => `Without better evidence it is rolled back at ${until}.`,
 * });
 */
export function defineEvent<const Type extends string, Detail extends z.ZodObject>(
  written: WrittenEvent<Type, Detail>,
): EventDefinition<EventOf<Type, Detail>, Type> {
  const { type, detail, announced, severity, once, byGates, accepts, severityOf, evolve, says, about, why, next } =
    written;
  const isOwn = (event: AnyEvent): event is EventOf<Type, Detail> => event.type === type;
  const own = (event: AnyEvent): EventOf<Type, Detail> => {
    if (!isOwn(event)) throw new Error(`The definition of ${type} was asked about an event ${event.type}.`);
    return event;
  };
  return {
    ...written,
    announced,
    severity,
    once: once === true,
    byGates: byGates === true,
    stored: () => detail.extend({ type: z.literal(type) }),
    isOwn,
    accepts: (state, event) => accepts?.(state, own(event)) ?? true,
    severityOf: (event) => severityOf?.(own(event)) ?? severity,
    evolve: (state, event, at) => evolve?.(state, own(event), at) ?? {},
    says: (event, state) => (typeof says === 'function' ? says(own(event), state) : says),
    about: (event) => about?.(own(event)),
    why: (event, state) => (typeof why === 'function' ? why(own(event), state) : (why ?? [])),
    next: (event, telling) => (typeof next === 'function' ? next(own(event), telling) : (next ?? '')),
  };
}
