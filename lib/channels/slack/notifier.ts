import * as z from 'zod';
import { type EventType, knownDefinitionOf } from '../../rollout/events.ts';
import { actionsBlock } from './actions.ts';
import type { Message, RolloutStatus } from '../../messages/message.ts';
import { slackMessage, slackStatus } from './blocks.ts';
import type { ChannelOf } from '../../specification/notification-channel.ts';
import { type Anchor, type Delivery, type Notifier, NotTaken } from '../notifier.ts';
import { Refused, type SlackAccess, type SlackCall, slackCaller } from './web-api.ts';

const history = z.looseObject({
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      metadata: z
        .looseObject({ event_type: z.string(), event_payload: z.looseObject({ rollout: z.string(), key: z.string() }) })
        .optional()
        .catch(undefined),
    }),
  ),
});

const metadataType = 'sluice_message';
/** The key of the message that heads a thread. */
const headKey = 'head';
/**
 * Slack with a bot token: one thread a rollout. Its head is edited in place and always shows where the rollout stands; each
 * message is a reply, warnings and worse are shown in the channel, too. Every message carries the name of what it tells as
 * metadata, so that one whose answer was lost is found again instead of being posted twice.
 */
export function slackNotifier(slack: SlackAccess): Notifier {
  return {
    async send(delivery) {
      const { channel, message, status } = delivery;
      if (channel?.type !== 'slack') throw new TypeError('This notifier is for Slack channels.');
      const call = await slackCaller(channel, slack);
      if (status === undefined) {
        await post(call, channel.channel, {
          ...slackMessage(message),
          metadata: metadata(message.rolloutId, message.key),
        });
        return;
      }
      const head = delivery.anchor ?? (await openThread(call, delivery, channel));
      if (!isToldByHead(message) && head.shown !== message.key && !(await isShown(call, head, delivery))) {
        // The end of what people were called for reaches those who do not follow the thread, too.
        const isNews = message.severity === 'info' && message.ends.length === 0 && message.standsAlone !== true;
        await post(call, head.channel, {
          ...slackMessage(message, asksPeople.has(message.type) || !isNews ? buttonsOf(delivery, channel) : undefined),
          thread_ts: head.id,
          ...(isNews ? {} : { reply_broadcast: true }),
          metadata: metadata(message.rolloutId, message.key),
        });
      }
      try {
        await editHead(call, { channel: head.channel, id: head.id }, delivery, channel);
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        // The message stands in the channel by now: only the head is edited at the next try.
        await delivery.remember({ channel: head.channel, id: head.id, shown: message.key });
        throw error;
      }
    },
    async updateHead({ channel, anchor, status }) {
      if (channel.type !== 'slack') throw new TypeError('This notifier is for Slack channels.');
      await edit(await slackCaller(channel, slack), anchor, status, channel);
    },
  };
}

/** Whether the head of the thread says all of a message. */
function isToldByHead({ kind, type, severity }: Message): boolean {
  return kind === 'transition' && severity === 'info' && knownDefinitionOf({ type })?.opensThread === true;
}

/** News after which people are asked for something. */
const asksPeople: ReadonlySet<EventType> = new Set<EventType>(['ApprovalRequested']);

/** Buttons for how the rollout stands now, where the spec wants them on this channel. */
function buttonsOf({ status }: Pick<Delivery, 'status'>, { name, buttons }: ChannelOf<'slack'>) {
  return buttons && status !== undefined ? actionsBlock(status.rolloutId, name, status.offers) : undefined;
}

/** What Slack answers for a head that a person, or the workspace's retention, has deleted. */
const headIsGone = 'message_not_found';

/** Makes the head show where the rollout stands. One that is gone gets a successor, which the replies to come belong to. */
async function editHead(call: SlackCall, head: Anchor, delivery: Delivery, channel: ChannelOf<'slack'>): Promise<void> {
  const { status } = delivery;
  if (status === undefined) throw new TypeError('A test has no thread.');
  if ((await edit(call, head, status, channel)) === headIsGone) await openThread(call, delivery, channel);
}

/**
 * Where Slack refuses the edit the head stays as it is: it must not hold back the messages.
 * @returns what Slack refused it with; `undefined` where it was edited
 */
async function edit(
  call: SlackCall,
  { channel, id }: Anchor,
  status: RolloutStatus,
  settings: ChannelOf<'slack'>,
): Promise<string | undefined> {
  try {
    await call('chat.update', {
      channel,
      ts: id,
      ...slackStatus(status, buttonsOf({ status }, settings)),
      metadata: metadata(status.rolloutId, headKey),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code;
  }
}

/** Finds the head that an earlier try may have posted, or posts it. */
async function openThread(call: SlackCall, delivery: Delivery, channel: ChannelOf<'slack'>): Promise<Anchor> {
  const { message, status, uncertainSince, remember } = delivery;
  if (status === undefined) throw new TypeError('A test has no thread.');
  const { rolloutId } = message;
  const found =
    uncertainSince === undefined ? undefined : await findHead(call, channel.channel, rolloutId, uncertainSince);
  const anchor =
    found ??
    (await post(call, channel.channel, {
      ...slackStatus(status, buttonsOf(delivery, channel)),
      metadata: metadata(rolloutId, headKey),
    }));
  await remember(anchor);
  return anchor;
}

async function post(call: SlackCall, channel: string, body: Readonly<Record<string, unknown>>): Promise<Anchor> {
  const said = await call('chat.postMessage', { channel, unfurl_links: false, unfurl_media: false, ...body });
  if (said.ts === undefined) throw new NotTaken('Slack did not say where it posted', { mayBeShown: true });
  return { channel: said.channel ?? channel, id: said.ts };
}

/** Needs `channels:history`, and a channel by its id; without them nothing is found, and a crash may show a message twice. */
async function findHead(
  call: SlackCall,
  channel: string,
  rolloutId: string,
  since: string,
): Promise<Anchor | undefined> {
  const where = { channel, oldest: secondsBefore(since) };
  const ts = await find(call, 'conversations.history', where, { rollout: rolloutId, key: headKey });
  return ts === undefined ? undefined : { channel, id: ts };
}

async function isShown(call: SlackCall, head: Anchor, { message, uncertainSince }: Delivery): Promise<boolean> {
  if (uncertainSince === undefined) return false;
  const { channel } = head;
  const oldest = secondsBefore(uncertainSince);
  const name = { rollout: message.rolloutId, key: message.key };
  if ((await find(call, 'conversations.replies', { channel, ts: head.id, oldest }, name)) !== undefined) return true;
  // A reply to a head that is gone stands in the channel by itself.
  return (await find(call, 'conversations.history', { channel, oldest }, name)) !== undefined;
}

/** Slack's clock is not ours. */
function secondsBefore(at: string): string {
  return String(Math.floor(Date.parse(at) / 1000) - 60);
}

const pageSize = 200;
/** So many messages since the first try are looked through; in a busier channel the message is shown twice rather than never. */
const mostPages = 5;

async function find(
  call: SlackCall,
  method: string,
  where: Readonly<Record<string, string>>,
  name: { readonly rollout: string; readonly key: string },
): Promise<string | undefined> {
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const found = await readPage(call, method, { ...where, limit: pageSize, ...(cursor === '' ? {} : { cursor }) });
    const ts = found?.messages.find(
      ({ metadata: carried }) =>
        carried?.event_type === metadataType &&
        carried.event_payload.rollout === name.rollout &&
        carried.event_payload.key === name.key,
    )?.ts;
    cursor = found?.response_metadata?.next_cursor ?? '';
    if (ts !== undefined || cursor === '') return ts;
  }
  return undefined;
}

async function readPage(call: SlackCall, method: string, where: Readonly<Record<string, string | number>>) {
  try {
    return history.safeParse(await call(method, { ...where, include_all_metadata: true })).data;
  } catch (error) {
    // Rather a message twice than one that nobody gets: a token that may not read cannot be helped here.
    if (error instanceof NotTaken && !error.mayBeShown && error.retryAfterSeconds === undefined) return undefined;
    throw error;
  }
}

function metadata(rollout: string, key: string) {
  return { event_type: metadataType, event_payload: { rollout, key } };
}
