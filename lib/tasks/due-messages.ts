import * as z from 'zod';
import { escalationMessage, type Message, reminderMessage, transitionMessage } from '../notification/message.ts';
import { personalMessage, type PersonalWay, pointAsked } from '../notification/personal.ts';
import { hears } from '../notification/routing.ts';
import type { DeliveryMark } from '../ports/delivery-marks.ts';
import type { StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent, RecordedJudgement } from '../rollout/events.ts';
import { transitionsOf } from '../rollout/transition.ts';
import type { Channel } from '../spec/notification-channel.ts';
import { issueLink, type LinkWorld } from './issue-link.ts';
import type { Part } from './world.ts';

/** What is told out of turn: what people were told already and nobody took, or what another channel did not take. */
export const outOfTurn = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reminder'), type: z.string(), at: z.string(), turn: z.int().min(1) }),
  z.object({ kind: z.literal('escalation'), sequence: z.int().min(1) }),
]);
type OutOfTurn = z.output<typeof outOfTurn>;

/** What messages are made from. */
export interface DueWorld extends Part<'store' | 'now' | 'surroundings'> {
  readonly issuer: LinkWorld;
}

interface Asked {
  /** Absent for the one that hears everything. */
  readonly channel: Channel | undefined;
  readonly outOfTurn: OutOfTurn | undefined;
}

/** The gates' newest look is recorded with the decision that follows from it, right before it. */
const eventsBefore = 4;

/** What a channel has to hear now, oldest first, then what is told out of turn. */
export async function dueMessages(
  { channel, outOfTurn: told }: Asked,
  stored: StoredRollout,
  mark: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const events = await world.store.events(stored.state.rolloutId, Math.max(0, mark.upTo - eventsBefore));
  const due = transitionsOf(events).filter(
    ({ sequence, severity, at, event }) =>
      sequence > mark.upTo &&
      (channel === undefined ||
        hears(stored.state.spec.notifications, channel, {
          type: event.type,
          severity,
          at,
          stage: world.surroundings.stage,
        })),
  );
  const messages = due.map((recorded) => messageOf(recorded, events, stored, world));
  const extra = told && (await messageOutOfTurn(told, stored, world));
  const isNew = extra !== undefined && !mark.extras.includes(extra.key);
  return isNew ? [...messages, extra] : messages;
}

/** What one person has to hear: the newest thing that they are asked, while there is something to decide, with a link of their own. */
export async function duePersonally(
  { person }: PersonalWay,
  stored: StoredRollout,
  { upTo }: DeliveryMark,
  world: DueWorld,
): Promise<readonly Message[]> {
  const { state } = stored;
  const events = await world.store.events(state.rolloutId, Math.max(0, upTo - eventsBefore));
  const asked = transitionsOf(events).findLast(
    ({ sequence, event }) => sequence > upTo && pointAsked(event.type, person, state) !== undefined,
  );
  const point = asked && pointAsked(asked.event.type, person, state);
  if (asked === undefined || point === undefined) return [];
  const url = await issueLink(state, person.name, point, world.issuer);
  return [personalMessage(messageOf(asked, events, stored, world), point, person, url)];
}

function messageOf(
  recorded: RecordedEvent,
  events: readonly RecordedEvent[],
  { state }: StoredRollout,
  { surroundings }: DueWorld,
): Message {
  return transitionMessage(recorded, gatesBefore(recorded.sequence, events), state, surroundings);
}

/** What the gates said right before an event. */
function gatesBefore(sequence: number, events: readonly RecordedEvent[]): readonly RecordedJudgement[] {
  const look = events.findLast((one) => one.sequence < sequence && one.event.type === 'GreenAnalysed');
  const isRecent = look !== undefined && sequence - look.sequence < eventsBefore;
  return isRecent && look.event.type === 'GreenAnalysed' ? look.event.gates : [];
}

async function messageOutOfTurn(told: OutOfTurn, stored: StoredRollout, world: DueWorld): Promise<Message | undefined> {
  if (told.kind === 'reminder') {
    const matter = (stored.state.matters ?? []).find(({ type, at }) => type === told.type && at === told.at);
    // Taken or over while the hint was on its way: nobody wants to be reminded.
    if (matter === undefined || matter.taken !== undefined) return undefined;
    return reminderMessage(matter, told.turn, world.now(), stored, world.surroundings);
  }
  const events = await world.store.events(stored.state.rolloutId, Math.max(0, told.sequence - eventsBefore - 1));
  const recorded = events.find(({ sequence }) => sequence === told.sequence);
  return recorded === undefined ? undefined : escalationMessage(messageOf(recorded, events, stored, world));
}
