import * as z from 'zod';
import { escalationMessage, type Message, reminderMessage, transitionMessage } from '../../messages/message.ts';
import { openPoint } from '../../approval/link-state.ts';
import {
  controlKey,
  onCallKey,
  onCallMessage,
  onCallNeed,
  personalMessage,
  type PersonalWay,
  pointAsked,
} from '../../messages/personal.ts';
import { forCustomers, toldToCustomers } from '../../messages/for-customers.ts';
import { forStatusReaders } from '../../messages/for-status-readers.ts';
import { hears, isForCustomers, isStatusReader, wasNotified } from '../../messages/routing.ts';
import type { DeliveryMark } from '../../channels/delivery-marks.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RecordedEvent } from '../../rollout/events.ts';
import type { RecordedJudgement } from '../../rollout/event-shapes.ts';
import { mayEndMatters } from '../../rollout/matters.ts';
import { needChanges, type NeedChange, noChange } from '../../rollout/needs.ts';
import { transitionsOf } from '../../rollout/transition.ts';
import type { Person } from '../../specification/approvals.ts';
import type { Channel } from '../../specification/notification-channel.ts';
import { issueLink, type LinkWorld } from '../people/issue-link.ts';
import type { Part } from '../../ports/world.ts';

/** What is sent out of turn: what people were notified of and nobody acknowledged, or what another channel did not take. */
export const outOfTurn = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reminder'), type: z.string(), at: z.string(), turn: z.int().min(1) }),
  z.object({ kind: z.literal('escalation'), sequence: z.int().min(1) }),
  /** Somebody is on call in PagerDuty: of a person's own way. */
  z.object({ kind: z.literal('onCall'), sequence: z.int().min(1), because: z.string().optional() }),
]);
type OutOfTurn = z.output<typeof outOfTurn>;

/** What messages are made from. */
export interface DueWorld extends Part<'store' | 'now' | 'installation'> {
  readonly issuer: LinkWorld;
}

interface Asked {
  /** Absent for the one that hears everything. */
  readonly channel: Channel | undefined;
  readonly outOfTurn: OutOfTurn | undefined;
}

/** The gates' newest evaluation is recorded with the decision that follows from it, right before it. */
const lookIsWithin = 4;
/** Looks before that one show where the values came from. */
const eventsBefore = 24;

/**
 * What a channel has to hear now, oldest first, then what is told out of turn. A channel that was notified of something that needs
 * a person is notified when a person takes it and when it is over, whatever the table says of the event that does so.
 */
export async function dueMessages(
  { channel, outOfTurn: told }: Asked,
  stored: StoredRollout,
  mark: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const { record, changes } = await recordSince(mark.upTo, stored, world);
  const { notifications } = stored.state.spec;
  const { stage } = world.installation;
  const isDue = ({ sequence, severity, at, event: { type } }: ReturnType<typeof transitionsOf>[number]) => {
    if (sequence <= mark.upTo) return false;
    if (channel === undefined || hears(notifications, channel, { type, severity, at, stage })) return true;
    const { ended, taken } = changes.get(sequence) ?? noChange;
    return [...ended, ...taken].some((need) => wasNotified(notifications, channel, need, mark.extras, stage));
  };
  const messages = transitionsOf(record)
    .filter(isDue)
    .map((recorded) => {
      const made = (told: RecordedEvent) => messageOf(told, record, changes.get(recorded.sequence), stored, world);
      const message = made(recorded);
      if (channel === undefined) return message;
      const subject = { ...message, stage };
      const { event } = recorded;
      if (event.type === 'IncidentUpdated' && isStatusReader(notifications, channel, subject))
        return forStatusReaders(message, event);
      return isForCustomers(notifications, channel, subject) ? forCustomers(made(toldToCustomers(recorded))) : message;
    });
  const extra = told && (await messageOutOfTurn(told, stored, world));
  const isNew = extra !== undefined && !mark.extras.includes(extra.key);
  return isNew ? [...messages, extra] : messages;
}

interface Read {
  readonly record: readonly RecordedEvent[];
  readonly changes: ReturnType<typeof needChanges>;
}

/** The events since the last one that was shown and a few before; all of them where one of those may end what was opened earlier. */
async function recordSince(upTo: number, { state }: StoredRollout, { store }: DueWorld): Promise<Read> {
  const events = await store.events(state.rolloutId, Math.max(0, upTo - eventsBefore));
  if (!events.some(({ sequence, event }) => sequence > upTo && mayEndMatters(event.type))) {
    return { record: events, changes: new Map() };
  }
  const record = await store.events(state.rolloutId, 0);
  return { record, changes: needChanges(record) };
}

/**
 * What one person has to hear: the newest thing that they are asked, while there is something to decide, with a link of their own.
 * The link that commands the whole rollout is sent once.
 */
export async function duePersonally(
  { way: { person }, outOfTurn: told }: { readonly way: PersonalWay; readonly outOfTurn: OutOfTurn | undefined },
  stored: StoredRollout,
  mark: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const asked = await dueDecision(person, stored, mark, world);
  if (told?.kind !== 'onCall') return asked;
  return [...asked, ...(await dueOnCall(told, person, stored, mark, world))];
}

/** What a person hears because they are on call: a need of the rollout that nobody has taken yet, once. */
async function dueOnCall(
  { sequence, because }: Extract<OutOfTurn, { kind: 'onCall' }>,
  person: Person,
  stored: StoredRollout,
  { extras }: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const { state } = stored;
  const events = await world.store.events(state.rolloutId, Math.max(0, sequence - eventsBefore));
  const recorded = events.find((one) => one.sequence === sequence);
  const matter = recorded && onCallNeed(recorded.event.type, state);
  if (recorded === undefined || matter === undefined || extras.includes(onCallKey(matter))) return [];
  const url = await issueLink(state, person.name, 'control', world.issuer);
  return [onCallMessage(messageOf(recorded, events, undefined, stored, world), matter, person, url, because)];
}

async function dueDecision(
  person: Person,
  stored: StoredRollout,
  { upTo, extras }: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const { state } = stored;
  const isControl = openPoint(state)?.startsWith('control') === true;
  if (isControl && extras.includes(controlKey)) return [];
  const events = await world.store.events(state.rolloutId, Math.max(0, upTo - eventsBefore));
  const asked = transitionsOf(events).findLast(
    ({ sequence, event }) => sequence > upTo && pointAsked(event.type, person, state) !== undefined,
  );
  const point = asked && pointAsked(asked.event.type, person, state);
  if (asked === undefined || point === undefined) return [];
  const url = await issueLink(state, person.name, point, world.issuer);
  return [personalMessage(messageOf(asked, events, undefined, stored, world), point, person, url)];
}

function messageOf(
  recorded: RecordedEvent,
  events: readonly RecordedEvent[],
  change: NeedChange | undefined,
  { state }: StoredRollout,
  { installation }: DueWorld,
): Message {
  return transitionMessage(recorded, evaluationsBefore(recorded.sequence, events), state, installation, change);
}

/** What the gates said right before an event, and earlier in the same step; nothing where they said nothing right before it. */
function evaluationsBefore(
  sequence: number,
  events: readonly RecordedEvent[],
): readonly (readonly RecordedJudgement[])[] {
  const looks = events.flatMap(({ sequence: at, event }) =>
    event.type === 'GreenAnalysed' && at < sequence ? [{ at, step: event.step, gates: event.gates }] : [],
  );
  const last = looks.at(-1);
  if (last === undefined || sequence - last.at >= lookIsWithin) return [];
  return looks.filter(({ step }) => step === last.step).map(({ gates }) => gates);
}

async function messageOutOfTurn(told: OutOfTurn, stored: StoredRollout, world: DueWorld): Promise<Message | undefined> {
  if (told.kind === 'reminder') {
    const matter = (stored.state.matters ?? []).find(({ type, at }) => type === told.type && at === told.at);
    // Taken or over while the hint was on its way: nobody wants to be reminded.
    if (matter === undefined || matter.taken !== undefined) return undefined;
    return reminderMessage(matter, told.turn, world.now(), stored, world.installation);
  }
  if (told.kind === 'onCall') return undefined;
  const record = await world.store.events(stored.state.rolloutId, 0);
  const recorded = record.find(({ sequence }) => sequence === told.sequence);
  if (recorded === undefined) return undefined;
  return escalationMessage(
    messageOf(recorded, record, undefined, stored, world),
    endOf(told.sequence, record, needChanges(record)),
  );
}

/** The event that ended what a transition announced, where one has. */
function endOf(
  announcement: number,
  record: readonly RecordedEvent[],
  changes: Read['changes'],
): RecordedEvent | undefined {
  return record.find(({ sequence }) =>
    changes.get(sequence)?.ended.some(({ announced }) => announced.some((one) => one.sequence === announcement)),
  );
}
