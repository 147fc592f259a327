import * as z from 'zod';
import { everythingChannel, hears } from '../notification/routing.ts';
import { needsSomebody } from '../notification/pagerduty-event.ts';
import {
  escalationMessage,
  type Message,
  reminderMessage,
  standingOf,
  transitionMessage,
} from '../notification/message.ts';
import { personalMessage, personalWays, type PersonalWay, pointAsked } from '../notification/personal.ts';
import type { DeliveryMark, DeliveryMarks, VersionedMark } from '../ports/delivery-marks.ts';
import { type Notifier, NotTaken } from '../ports/notifier.ts';
import type { StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent, RecordedJudgement } from '../rollout/events.ts';
import { untaken } from '../rollout/matters.ts';
import { transitionsOf } from '../rollout/transition.ts';
import type { Channel } from '../spec/notification-channel.ts';
import { escalate } from './escalate.ts';
import { issueLink, type LinkWorld } from './issue-link.ts';
import { knownRollout } from './known-rollout.ts';
import { TryLater } from './try-later.ts';
import type { Part } from './world.ts';

export const deliverInput = z.object({
  rolloutId: z.string().min(1),
  channel: z.string().min(1),
  extra: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('reminder'), type: z.string(), at: z.string(), turn: z.int().min(1) }),
      z.object({ kind: z.literal('escalation'), sequence: z.int().min(1) }),
    ])
    .optional(),
});
type Input = z.output<typeof deliverInput>;

/** What a delivery sees of the world. */
export interface DeliveryWorld extends Part<'store' | 'outbox' | 'now' | 'surroundings'> {
  readonly marks: DeliveryMarks;
  readonly notifier: Notifier;
  readonly issuer: LinkWorld;
}

/** Nobody who sends lives longer: a message that was under way before that had a sender who died. */
const deliveryLeaseSeconds = 45;
/** Leaves time for one more message before the function's end. */
const budgetSeconds = 12;
/** Repeated hints come soon after each other. */
const extrasKept = 40;
/** The gates' newest look is recorded with the decision that follows from it, right before it. */
const eventsBefore = 4;

/**
 * Tells a channel everything that it has to hear of a rollout and was not told yet, in order, each message once. What was told
 * is kept in a mark for channel and rollout; it is written before and after each message, so that two who deliver at once, or
 * one who dies, cannot tell the same twice unless the vendor leaves no way to find out.
 * @throws TryLater where the channel does not take a message now; what was told before it is kept
 */
export async function deliver(input: Input, world: DeliveryWorld): Promise<{ readonly shown: number }> {
  const stored = await knownRollout(world.store, input.rolloutId, ' to tell of');
  const { spec } = stored.state;
  const way = personalWays(spec).find(({ name }) => name === input.channel);
  const channel = way?.channel ?? spec.notifications.channels.find(({ name }) => name === input.channel);
  if (channel === undefined && input.channel !== everythingChannel) return { shown: 0 };

  const begun = world.now().getTime();
  let current = await world.marks.read(input.rolloutId, input.channel);
  const messages =
    way === undefined
      ? await dueMessages(input, stored, channel, current.mark, world)
      : await duePersonally(way, stored, current.mark, world);
  for (const [index, message] of messages.entries()) {
    if (world.now().getTime() - begun > budgetSeconds * 1000) {
      throw new TryLater(`${messages.length - index} messages are left for ${input.channel}.`, 1);
    }
    const waiting = messages.slice(index);
    current = await show(message, { input, stored, channel, current, way, waiting }, world);
  }
  return { shown: messages.length };
}

/** What a channel has to hear now, oldest first, then what is told out of turn. */
async function dueMessages(
  input: Input,
  stored: StoredRollout,
  channel: Channel | undefined,
  mark: DeliveryMark,
  world: DeliveryWorld,
): Promise<readonly Message[]> {
  const events = await world.store.events(input.rolloutId, Math.max(0, mark.upTo - eventsBefore));
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
  const extra = await extraMessage(input, stored, world);
  const isNew = extra !== undefined && !mark.extras.includes(extra.key);
  return isNew ? [...messages, extra] : messages;
}

/** What one person has to hear: the newest thing that they are asked, while there is something to decide, with a link of their own. */
async function duePersonally(
  { person }: PersonalWay,
  stored: StoredRollout,
  { upTo }: DeliveryMark,
  world: DeliveryWorld,
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
  { surroundings }: DeliveryWorld,
): Message {
  return transitionMessage(recorded, gatesBefore(recorded.sequence, events), state, surroundings);
}

/** What the gates said right before an event. */
function gatesBefore(sequence: number, events: readonly RecordedEvent[]): readonly RecordedJudgement[] {
  const look = events.findLast((one) => one.sequence < sequence && one.event.type === 'GreenAnalysed');
  const isRecent = look !== undefined && sequence - look.sequence < eventsBefore;
  return isRecent && look.event.type === 'GreenAnalysed' ? look.event.gates : [];
}

async function extraMessage(
  { rolloutId, extra }: Input,
  stored: StoredRollout,
  world: DeliveryWorld,
): Promise<Message | undefined> {
  if (extra === undefined) return undefined;
  if (extra.kind === 'reminder') {
    const matter = (stored.state.matters ?? []).find(({ type, at }) => type === extra.type && at === extra.at);
    // Taken or over while the hint was on its way: nobody wants to be reminded.
    if (matter === undefined || matter.taken !== undefined) return undefined;
    return reminderMessage(matter, extra.turn, world.now(), stored, world.surroundings);
  }
  const events = await world.store.events(rolloutId, Math.max(0, extra.sequence - eventsBefore - 1));
  const recorded = events.find(({ sequence }) => sequence === extra.sequence);
  return recorded === undefined ? undefined : escalationMessage(messageOf(recorded, events, stored, world));
}

interface Showing {
  readonly input: Input;
  readonly stored: StoredRollout;
  readonly channel: Channel | undefined;
  readonly way: PersonalWay | undefined;
  readonly current: VersionedMark;
  /** This message and those that have to wait for it. */
  readonly waiting: readonly Message[];
}

async function show(message: Message, showing: Showing, world: DeliveryWorld): Promise<VersionedMark> {
  const { input, stored, channel } = showing;
  const { notifier, now, surroundings } = world;
  const left = showing.current.mark.sending;
  if (left !== undefined && left.isUncertain !== true && ageSeconds(left.at, now()) < deliveryLeaseSeconds) {
    throw new TryLater(`Somebody else tells ${input.channel} of ${input.rolloutId} right now.`, 5);
  }
  const uncertainSince = left?.key === message.key ? left.since : undefined;
  const save = saver(input, world, showing.current);
  const at = now().toISOString();
  await save({ sending: { key: message.key, since: uncertainSince ?? at, at } });
  try {
    await notifier.send({
      channel,
      message,
      // A person is sent what they are asked, without a thread around it.
      standing: showing.way === undefined ? standingOf(stored.state, surroundings) : undefined,
      isOver: !untaken(stored.state.matters ?? []).some(needsSomebody),
      anchor: showing.current.mark.anchor,
      uncertainSince,
      remember: async (anchor) => {
        await save({ anchor });
      },
    });
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    await noteFailure(message, error, uncertainSince !== undefined, save);
    // What is critical waits behind what failed: it must not wait for it.
    for (const one of showing.waiting) await escalate(one, error, { channel: input.channel, stored }, world);
    throw new TryLater(
      `${input.channel} did not take ${message.key} of ${input.rolloutId}: ${error.message}`,
      error.retryAfterSeconds,
      {
        cause: error,
      },
    );
  }
  return save(settled(message));
}

/** What the mark says once a message was shown. */
function settled(message: Message) {
  return (mark: DeliveryMark): DeliveryMark => ({
    ...mark,
    sending: undefined,
    failing: undefined,
    ...(message.kind === 'transition'
      ? { upTo: message.sequence }
      : { extras: [...mark.extras, message.key].slice(-extrasKept) }),
  });
}

type Save = ReturnType<typeof saver>;

/** Writes changes of a mark one after the other, as long as nobody else writes. */
function saver({ rolloutId, channel }: Input, { marks }: DeliveryWorld, from: VersionedMark) {
  let current = from;
  return async (change: Partial<DeliveryMark> | ((mark: DeliveryMark) => DeliveryMark)): Promise<VersionedMark> => {
    const mark = typeof change === 'function' ? change(current.mark) : { ...current.mark, ...change };
    if (!(await marks.write(rolloutId, channel, mark, current.version))) {
      throw new TryLater(`Somebody else tells ${channel} of ${rolloutId} right now.`, 5);
    }
    current = { mark, version: current.version + 1 };
    return current;
  };
}

/** Keeps whether the message may have been shown: the next try has to find out. */
async function noteFailure(message: Message, error: NotTaken, wasUncertain: boolean, save: Save): Promise<void> {
  const isUncertain = wasUncertain || error.mayBeShown;
  await save((mark) => ({
    ...mark,
    sending: isUncertain && mark.sending !== undefined ? { ...mark.sending, isUncertain: true } : undefined,
    failing: {
      key: message.key,
      tries: mark.failing?.key === message.key ? mark.failing.tries + 1 : 1,
      said: error.message.slice(0, 300),
    },
  }));
}

function ageSeconds(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}
