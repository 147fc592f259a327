import * as z from 'zod';
import { isRecord } from '../../specification/text/is-record.ts';
import type { AnyEvent, Severity } from '../../rollout/events/define-event.ts';
import type { MemberStatus, ReleaseState } from '../release-state.ts';

/** When a release takes an event: at its opening alone, until its end (`going`), always, or while the event's member stands so. */
export type AllowedIn = 'opening' | 'going' | 'any' | readonly MemberStatus[];

/** Fields that are stored. The index signature of an object without fields would forbid the type itself. */
type Fields<Detail extends z.ZodObject> = string extends keyof z.output<Detail> ? unknown : Readonly<z.output<Detail>>;
type EventOf<Type extends string, Detail extends z.ZodObject> = { readonly type: Type } & Fields<Detail>;

/** Everything that is known of one type of event of a release, as it is written in a chapter. */
interface WrittenReleaseEvent<Type extends string, Detail extends z.ZodObject> {
  readonly type: Type;
  /** When it happens, for the documentation; lower case, no full stop. */
  readonly when: string;
  /** Its fields. A field that is added later is optional: older records lack it. */
  readonly detail: Detail;
  readonly allowedIn: AllowedIn;
  /** Without it the event is kept in the record and not announced: members have their own messages. */
  readonly severity?: Severity;
  /** The severity of one event where it differs from that of its type. */
  readonly severityOf?: (event: EventOf<Type, Detail>) => Severity;
  /** Returns the state after it. */
  readonly evolve: (state: ReleaseState, event: EventOf<Type, Detail>, at: string) => ReleaseState;
  /** What happened, in one sentence without a full stop. It holds text that users control: every renderer escapes it. */
  readonly says: string | ((event: EventOf<Type, Detail>) => string);
  /** What its message says; without it what happened. */
  readonly announces?: (event: EventOf<Type, Detail>, state: ReleaseState) => string;
}

/** A definition as every event has it: its functions take any event and refuse one of another type. */
export interface ReleaseEventDefinition<Event extends AnyEvent = AnyEvent, Type extends string = string> {
  readonly type: Type;
  readonly when: string;
  readonly detail: z.ZodObject;
  readonly allowedIn: AllowedIn;
  readonly severity: Severity | undefined;
  /** The whole event as it is stored. */
  readonly stored: z.ZodObject;
  isOwn(event: AnyEvent): event is Event;
  /** Returns whether a release takes it where it is now. */
  accepts(state: ReleaseState, event: AnyEvent): boolean;
  severityOf(event: AnyEvent): Severity | undefined;
  evolve(state: ReleaseState, event: AnyEvent, at: string): ReleaseState;
  says(event: AnyEvent): string;
  announces(event: AnyEvent, state: ReleaseState): string;
}

/**
 * Defines one type of event of a release, as `defineEvent` does for rollouts. Rule book, fold, severities, messages, documentation and
 * the parser of the table follow from it.
 */
export function defineReleaseEvent<const Type extends string, Detail extends z.ZodObject>(
  written: WrittenReleaseEvent<Type, Detail>,
): ReleaseEventDefinition<EventOf<Type, Detail>, Type> {
  const { type, when, detail, allowedIn, severity, severityOf, evolve, says, announces } = written;
  const isOwn = (event: AnyEvent): event is EventOf<Type, Detail> => event.type === type;
  const own = (event: AnyEvent): EventOf<Type, Detail> => {
    if (!isOwn(event)) throw new Error(`The definition of ${type} was asked about an event ${event.type}.`);
    return event;
  };
  const said = (event: AnyEvent) => (typeof says === 'function' ? says(own(event)) : says);
  return {
    ...{ type, when, detail, allowedIn, severity },
    stored: detail.extend({ type: z.literal(type) }),
    isOwn,
    accepts: (state, event) => isAllowed(allowedIn, state, own(event)),
    severityOf: (event) => severityOf?.(own(event)) ?? severity,
    evolve: (state, event, at) => evolve(state, own(event), at),
    says: said,
    announces: (event, state) => announces?.(own(event), state) ?? `${said(event)}.`,
  };
}

function isAllowed(allowedIn: AllowedIn, { endedAt, members }: ReleaseState, event: AnyEvent): boolean {
  if (allowedIn === 'any') return true;
  if (endedAt !== undefined || allowedIn === 'opening') return false;
  if (allowedIn === 'going') return true;
  const service = isRecord(event) ? event['service'] : undefined;
  return members.some((one) => one.service === service && allowedIn.includes(one.standing));
}
