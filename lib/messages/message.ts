import { definitionOf, type EventType, type RecordedEvent, type RolloutEvent } from '../rollout/events.ts';
import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import type { Matter } from '../rollout/matters.ts';
import { subjectOf } from '../rollout/configuration-change.ts';
import { type NeedChange, noChange } from '../rollout/needs.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent, severityOfEvent } from '../rollout/transition.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import { type Offer, offersOf } from '../approval/offers.ts';
import { forPeople, type ForPeople } from './for-people.ts';
import { linksOf } from './links-of.ts';
import { namingStage } from './naming-stage.ts';
import { aboutOther } from './other-work.ts';
import { reasonsOf, whyOf } from './reasons.ts';
import { escalationKey, reminderKey } from './routing.ts';
import { statusText } from './status-text.ts';

/** A link that a message offers; what a click does stands in its text. */
export interface MessageLink {
  readonly text: string;
  readonly url: string;
}

/** What the stack knows besides the record. */
export interface Installation {
  readonly stage: string;
  readonly region: string;
  /** Where the pages of rollouts are, without a slash at the end; messages link a rollout's page first. */
  readonly pagesUrl?: string | undefined;
  /** Links that a message offers besides those to the execution, for example to decide. */
  readonly linksFor?: (state: RolloutState, type: EventType) => readonly MessageLink[];
}

/**
 * What people hear, before anybody's markup. Texts are as they were recorded, so they hold what users wrote: every renderer
 * cleans and escapes them.
 */
export interface Message {
  /** Unique within its rollout: `t12` for a transition, `r…` for a reminder, `e12` for an escalation. */
  readonly key: string;
  readonly kind: 'transition' | 'reminder' | 'escalation' | 'test';
  readonly rolloutId: string;
  readonly traceId: string;
  readonly service: string;
  readonly stage: string;
  readonly image: string;
  readonly sequence: number;
  readonly type: EventType;
  readonly severity: Severity;
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** What happened, one sentence. */
  readonly what: string;
  /** The reason; then numbers with their limits, green's beside blue's, a line a gate. */
  readonly why: readonly string[];
  readonly who: string;
  /** What comes next and when; empty where nothing does. */
  readonly next: string;
  readonly links: readonly MessageLink[];
  /** Types of the needs that are over with this event: no person has to act on them any more. */
  readonly ends: readonly EventType[];
  /** Types of the needs that a person took with this event. */
  readonly takes: readonly EventType[];
  readonly forPeople: ForPeople;
  /** It tells of work that has no record of its own: a thread of another rollout would hide it. */
  readonly standsAlone?: true;
  /** For people of other teams: what only those who run the service need is left out. */
  readonly isForCustomers?: true;
  /** The event itself, for machines. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where the rollout stands now: what a head message that is edited in place shows. */
export interface RolloutStatus {
  readonly rolloutId: string;
  readonly service: string;
  readonly stage: string;
  readonly image: string;
  readonly phase: RolloutState['phase'];
  readonly step: string;
  readonly requestedBy: string;
  readonly openedAt: string;
  readonly reason: string;
  /** The worst of what is open and nobody's. */
  readonly open: Severity | undefined;
  readonly takenBy: string | undefined;
  /** What can be done to it now, where the spec names people who may do it in Slack. */
  readonly offers: readonly Offer[];
  readonly links: readonly MessageLink[];
}

/**
 * What a transition tells.
 * @param looks what the gates said before it in its step, oldest first: the last one is shown with its numbers
 * @param change what it means for what needs a person
 */
export function transitionMessage(
  recorded: RecordedEvent,
  looks: readonly (readonly RecordedJudgement[])[],
  state: RolloutState,
  around: Installation,
  { ended, taken }: NeedChange = noChange,
): Message {
  const { event, sequence, at } = recorded;
  const severity = severityOfEvent(event) ?? 'info';
  const ends = ended.map(({ type, at: since }) => `This ends ${type}, open since ${since}.`);
  const gates = looks.at(-1) ?? [];
  const shown = {
    gates: definitionOf(event).byGates ? gates : [],
    looks,
    reasons: [...reasonsOf(event, state), ...ends],
  };
  const about = definitionOf(event).about(event);
  const message: Message = {
    ...common(state, around, event.type),
    ...(about === undefined ? {} : aboutOther(about, state.service, around.pagesUrl)),
    key: `t${String(sequence)}`,
    kind: 'transition',
    sequence,
    type: event.type,
    severity,
    at,
    what: saidOf(event, state),
    why: [...whyOf(event, gates, state), ...ends],
    who: about === undefined ? whoOf(event, state) : `asked for by ${about.requestedBy}`,
    next: definitionOf(event).next(event, { state, at, stage: around.stage }),
    ends: ended.map(({ type }) => type),
    takes: taken.map(({ type }) => type),
    forPeople: {
      ...forPeople(event.type, severity, shown, state, around),
      ...(about === undefined ? {} : { users: '' }),
    },
    detail: detailOf(event),
  };
  return namingStage(message, around);
}

/**
 * The same transition for a channel that does not get it otherwise, because no other channel took it.
 * @param end the event that ended it meanwhile
 */
export function escalationMessage(message: Message, end?: RecordedEvent): Message {
  const over = end === undefined ? [] : [`It is over since ${end.at}, with ${end.event.type}.`];
  return {
    ...message,
    key: escalationKey(message.sequence),
    kind: 'escalation',
    what: `No other channel took this: ${message.what}`,
    why: [...over, ...message.why],
    forPeople: { ...message.forPeople, reasons: [...over, ...message.forPeople.reasons] },
    ...(end === undefined ? {} : { ends: [message.type] }),
  };
}

/** Tells again what is still open. */
export function reminderMessage(
  matter: Matter,
  turn: number,
  now: Date,
  { state, sequence }: { readonly state: RolloutState; readonly sequence: number },
  around: Installation,
): Message {
  const minutes = Math.round((now.getTime() - Date.parse(matter.at)) / 60_000);
  const isRunning = matter.severity === 'info';
  const reasons = state.reason === undefined ? [] : [state.reason];
  const shown = forPeople(matter.type, matter.severity, { reasons }, state, around);
  const what = isRunning
    ? `Still under way after ${minutes} min: ${statusText(state)}.`
    : `Still open after ${minutes} min, and no person has taken it (reminder ${turn}): ${matter.type}${state.reason === undefined ? '' : `, ${state.reason}`}`;
  return {
    ...common(state, around, matter.type),
    key: reminderKey(matter, turn),
    kind: 'reminder',
    sequence,
    type: matter.type,
    severity: matter.severity,
    at: now.toISOString(),
    what,
    why: reasons,
    who: `asked for by ${state.requestedBy}`,
    next: isRunning
      ? `See where it stands: sluice status ${state.rolloutId} --stage ${around.stage}`
      : `To end the reminders: sluice notify take ${state.rolloutId} --stage ${around.stage}`,
    ends: [],
    takes: [],
    forPeople: { ...shown, headline: isRunning ? 'still under way' : `still open: ${shown.headline}` },
    detail: { matter: { type: matter.type, at: matter.at }, turn },
  };
}

/** Where a rollout stands, for a message that is edited in place. */
export function statusOf(state: RolloutState, around: Installation): RolloutStatus {
  const open = (state.matters ?? []).filter(({ severity }) => severity !== 'info');
  const worst = open.find(({ severity }) => severity === 'critical') ?? open[0];
  return {
    rolloutId: state.rolloutId,
    service: state.service,
    stage: around.stage,
    image: imageOf(state),
    phase: state.phase,
    step: statusText(state),
    requestedBy: state.requestedBy,
    openedAt: state.openedAt,
    reason: state.reason ?? '',
    open: worst?.severity,
    takenBy: worst?.taken?.by,
    offers: state.spec.approvals.people.some(({ slack }) => slack !== undefined) ? offersOf(state) : [],
    links: linksOf(state, around, 'RolloutOpened'),
  };
}

function common(state: RolloutState, around: Installation, type: EventType) {
  const { rolloutId, traceId, service } = state;
  return {
    rolloutId,
    traceId,
    service,
    stage: around.stage,
    image: imageOf(state),
    links: linksOf(state, around, type),
  };
}

/** A person who reads one message of a drill alone must not take it for a failure, nor a hotfix for a usual rollout. */
function saidOf(event: RolloutEvent, state: RolloutState): string {
  const what = describeEvent(event, state);
  const { drill, preset } = state;
  // An emergency that comes after a drill is real.
  if (definitionOf(event).ofService === true) return what;
  if (drill !== undefined) return `DRILL. ${what}`;
  return preset === undefined ? what : `${preset.toUpperCase()}. ${what}`;
}

function imageOf(state: RolloutState): string {
  return subjectOf(state);
}

function whoOf(event: RolloutEvent, { requestedBy }: RolloutState): string {
  if (!('by' in event)) return `asked for by ${requestedBy}`;
  return `by ${event.by}; the rollout was asked for by ${requestedBy}`;
}

/** An event may carry more than a message needs, which the record keeps. */
function detailOf(event: RolloutEvent): Readonly<Record<string, unknown>> {
  const { type: _, ...detail } = event;
  const { announced } = definitionOf(event);
  if (announced === undefined) return detail;
  const fields = new Map<string, unknown>(Object.entries(detail));
  return Object.fromEntries(announced.map((name) => [name, fields.get(name)]));
}
