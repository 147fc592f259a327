import * as z from 'zod';
import { everythingChannel, isChangeAlone } from '../../messages/routing.ts';
import { type Message, statusOf } from '../../messages/message.ts';
import { controlKey, personalWays, type PersonalWay } from '../../messages/personal.ts';
import type { DeliveryMark, DeliveryMarks, VersionedMark } from '../../channels/delivery-marks.ts';
import { type Notifier, NotTaken } from '../../channels/notifier.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Channel } from '../../specification/notification-channel.ts';
import { dueMessages, duePersonally, type DueWorld, outOfTurn } from './due-messages.ts';
import { escalate, takeNextWay } from './escalate.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { pagerFor, tellOnCall } from './tell-on-call.ts';
import { TryLater } from './try-later.ts';
import type { Part } from '../../ports/world.ts';

export const deliverInput = z.object({
  rolloutId: z.string().min(1),
  channel: z.string().min(1),
  extra: outOfTurn.optional(),
});
type Input = z.output<typeof deliverInput>;

/** What a delivery sees of the world. */
export interface DeliveryWorld extends DueWorld, Part<'outbox'> {
  readonly marks: DeliveryMarks;
  readonly notifier: Notifier;
}

/** Nobody who sends lives longer: a message that was under way before that had a sender who died. */
const deliveryLeaseSeconds = 45;
/** Leaves time for one more message before the function's end. */
const budgetSeconds = 12;
/** Repeated hints come soon after each other. */
const extrasKept = 40;

/**
 * Tells a channel everything that it has to hear of a rollout and was not told yet, in order, each message once. What was told
 * is kept in a mark for channel and rollout; it is written before and after each message, so that two who deliver at once, or
 * one who dies, cannot tell the same twice unless the vendor leaves no way to find out.
 * @throws TryLater where the channel does not take a message now; what was told before it is kept
 */
export async function deliver(input: Input, world: DeliveryWorld): Promise<{ readonly shown: number }> {
  const stored = await knownRollout(world.store, input.rolloutId, ' to tell of');
  const { spec } = stored.state;
  const pager = pagerFor(input.channel, stored.state);
  if (pager !== undefined) {
    await tellOnCall(input.channel, pager, stored, world);
    return { shown: 0 };
  }
  const way = personalWays(spec).find(({ name }) => name === input.channel);
  const channel = way?.channel ?? spec.notifications.channels.find(({ name }) => name === input.channel);
  if (channel === undefined && input.channel !== everythingChannel) return { shown: 0 };

  const begun = world.now().getTime();
  let current = await world.marks.read(input.rolloutId, input.channel);
  const messages =
    way === undefined
      ? await dueMessages({ channel, outOfTurn: input.extra }, stored, current.mark, world)
      : await duePersonally({ way, outOfTurn: input.extra }, stored, current.mark, world);
  for (const [index, message] of messages.entries()) {
    if (world.now().getTime() - begun > budgetSeconds * 1000) {
      throw new TryLater(`${messages.length - index} messages are left for ${input.channel}.`, 1);
    }
    const waiting = messages.slice(index);
    current = await show(message, { input, stored, channel, current, way, waiting }, world);
  }
  if (messages.length === 0 && way === undefined) await updateHead(input, stored, channel, current, world);
  return { shown: messages.length };
}

/** A channel that hears of nothing more, or of little, still shows where the rollout stands in the head of its thread. */
async function updateHead(
  { extra }: Input,
  { state }: StoredRollout,
  channel: Channel | undefined,
  { mark: { anchor } }: VersionedMark,
  { notifier, installation }: DeliveryWorld,
): Promise<void> {
  if (extra !== undefined || channel === undefined || anchor === undefined) return;
  try {
    await notifier.updateHead?.({ channel, anchor, status: statusOf(state, installation) });
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    const { rolloutId } = state;
    throw new TryLater(
      `${channel.name} did not take the head of ${rolloutId}: ${error.message}`,
      error.retryAfterSeconds,
    );
  }
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
  const { notifier, now, installation } = world;
  const left = showing.current.mark.sending;
  if (left !== undefined && left.isUncertain !== true && ageSeconds(left.at, now()) < deliveryLeaseSeconds) {
    throw new TryLater(`Another sender notifies ${input.channel} of ${input.rolloutId} right now.`, 5);
  }
  const uncertainSince = left?.key === message.key ? left.since : undefined;
  const save = saver(input, world, showing.current);
  const at = now().toISOString();
  await save({ sending: { key: message.key, since: uncertainSince ?? at, at } });
  try {
    await notifier.send({
      channel,
      message,
      isChangeAlone: isChangeAloneFor(message, stored, channel, installation.stage),
      // A person is sent what they are asked, and other teams what they hear, without a thread around it: its head tells of the rollout.
      status:
        showing.way === undefined && message.isForCustomers !== true ? statusOf(stored.state, installation) : undefined,
      anchor: showing.current.mark.anchor,
      uncertainSince,
      remember: async (anchor) => {
        await save({ anchor });
      },
    });
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    await noteFailure(message, error, uncertainSince !== undefined, save);
    if (showing.way !== undefined)
      await takeNextWay(message, error, { way: showing.way, stored, extra: input.extra }, world);
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

/** An escalation or a reminder is for the channel in any case. */
function isChangeAloneFor(
  { kind, type, severity, at }: Message,
  { state }: StoredRollout,
  channel: Channel | undefined,
  stage: string,
): boolean {
  if (channel === undefined || kind !== 'transition') return false;
  return isChangeAlone(state.spec.notifications, channel, { type, severity, at, stage });
}

/** What the mark says once a message was shown. */
function settled(message: Message) {
  return (mark: DeliveryMark): DeliveryMark => ({
    ...mark,
    sending: undefined,
    failing: undefined,
    ...(message.kind === 'transition' ? { upTo: message.sequence } : {}),
    ...(message.kind === 'transition' && message.key !== controlKey
      ? {}
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
      throw new TryLater(`Another sender notifies ${channel} of ${rolloutId} right now.`, 5);
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
