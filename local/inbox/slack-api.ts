import * as z from 'zod';
import { type InboxRequest, type InboxResponse, json, parsedBody } from './exchange.ts';
import type { ReceivedList } from './received.ts';
import {
  attachments,
  blocks,
  buttonsIn,
  controlsIn,
  type InboxButton,
  longestText,
  metadata,
  wordsOf,
} from './slack-rules.ts';
import { type OpenDialog, openedDialog } from './slack-dialogs.ts';

const content = z.strictObject({
  channel: z.string().min(1),
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: attachments.optional(),
  metadata: z.unknown().optional(),
  thread_ts: z.string().optional(),
  reply_broadcast: z.boolean().optional(),
  ts: z.string().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});

const notice = z.strictObject({
  response_type: z.literal('ephemeral'),
  replace_original: z.literal(false),
  text: z.string().min(1).max(longestText),
  blocks: z.unknown(),
});

/** A message that stands in a channel. */
export interface SlackPost {
  readonly ts: string;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly isBroadcast: boolean;
  text: string;
  words: string;
  buttons: readonly InboxButton[];
  /** What Slack makes links and mentions of. */
  controls: readonly string[];
  metadata: z.output<typeof metadata> | undefined;
  /** A person deleted it; what stands in its place holds its replies together. */
  isDeleted: boolean;
  /** How often it was edited. */
  edits: number;
}

/** Slack's web API, as far as it is used: posting, editing, and reading back with metadata. */
export class SlackApi {
  readonly posts: SlackPost[] = [];
  readonly dialogs: OpenDialog[] = [];
  /** What was told to one person alone. */
  readonly notices: string[] = [];
  readonly #received: ReceivedList;
  #serial = 0;

  readonly #now: () => number;

  constructor(received: ReceivedList, now: () => number) {
    this.#received = received;
    this.#now = now;
  }

  handle(request: InboxRequest, method: string): InboxResponse {
    const token = /^Bearer (xoxb-[\w-]+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    if (request.headers['authorization'] === undefined) return refused('not_authed');
    if (token === undefined) return refused('invalid_auth');
    if (method === 'conversations.history' || method === 'conversations.replies') return this.#read(request, method);
    if (request.headers['content-type']?.startsWith('application/json') !== true) return refused('invalid_form_data');
    if (method === 'views.open') {
      const dialog = openedDialog(parsedBody(request));
      if (typeof dialog === 'string') return refused(dialog);
      this.dialogs.push(dialog);
      return json(200, { ok: true, view: { id: `V${this.dialogs.length}` } });
    }
    const parsed = content.safeParse(parsedBody(request));
    if (!parsed.success) return refused('invalid_arguments');
    if (method === 'chat.postMessage') return this.#post(parsed.data);
    if (method === 'chat.update') return this.#update(parsed.data);
    return refused('unknown_method');
  }

  #post(body: z.output<typeof content>): InboxResponse {
    const checked = check(body);
    if ('error' in checked) return refused(checked.error);
    const channel = idOf(body.channel);
    if (channel === undefined) return refused('channel_not_found');
    // Slack puts a reply to a message that is gone into the channel, and says so by leaving out `thread_ts` alone.
    const thread = this.posts.some((post) => post.channel === channel && post.ts === body.thread_ts)
      ? body.thread_ts
      : undefined;
    this.#serial += 1;
    const ts = `${String(Math.floor(this.#now() / 1000))}.${String(this.#serial).padStart(6, '0')}`;
    this.posts.push({
      ts,
      channel,
      thread,
      isBroadcast: thread !== undefined && body.reply_broadcast === true,
      isDeleted: false,
      edits: 0,
      ...checked,
    });
    const { event_payload: payload = {} } = checked.metadata ?? {};
    this.#received.add({
      vendor: 'slack',
      place: channel,
      title: checked.text,
      text: checked.words,
      key: String(payload['key'] ?? ''),
      rollout: String(payload['rollout'] ?? ''),
      content: { ...body, controls: checked.controls },
    });
    return json(200, {
      ok: true,
      channel,
      ts,
      message: { text: checked.text, ...(thread === undefined ? {} : { thread_ts: thread }) },
    });
  }

  #update(body: z.output<typeof content>): InboxResponse {
    const post = this.#find(body.channel, body.ts ?? '');
    if (post === undefined) return refused('message_not_found');
    const checked = check(body);
    if ('error' in checked) return refused(checked.error);
    const { text, words, buttons, controls } = checked;
    Object.assign(post, { text, words, buttons, controls, metadata: checked.metadata ?? post.metadata });
    post.edits += 1;
    return json(200, { ok: true, channel: post.channel, ts: post.ts, text: post.text });
  }

  #read(request: InboxRequest, method: string): InboxResponse {
    const form = new URLSearchParams(request.body);
    const channel = form.get('channel') ?? '';
    if (!/^[CGD][A-Z0-9]+$/.test(channel)) return refused('channel_not_found');
    const isThread = method === 'conversations.replies';
    if (isThread && !this.posts.some((post) => post.channel === channel && post.ts === form.get('ts')))
      return refused('thread_not_found');
    const found = this.posts.filter((post) => {
      if (post.channel !== channel || Number(post.ts) < Number(form.get('oldest') ?? 0)) return false;
      if (!isThread) return post.thread === undefined || post.isBroadcast;
      return post.ts === form.get('ts') || post.thread === form.get('ts');
    });
    if (!isThread) found.reverse();
    const from = Number(form.get('cursor') ?? 0);
    const to = from + Math.min(999, Number(form.get('limit') ?? 100));
    const withMetadata = form.get('include_all_metadata') === 'true';
    const messages = found
      .slice(from, to)
      .map((post) => ({ ts: post.ts, text: post.text, ...(withMetadata ? { metadata: post.metadata } : {}) }));
    const hasMore = to < found.length;
    return json(200, {
      ok: true,
      messages,
      has_more: hasMore,
      response_metadata: { next_cursor: hasMore ? String(to) : '' },
    });
  }

  /** What is posted to a `response_url`. */
  respond(request: InboxRequest): InboxResponse {
    const parsed = notice.safeParse(parsedBody(request));
    if (!parsed.success || !blocks.safeParse(parsed.data.blocks).success)
      return { status: 400, body: 'invalid_payload' };
    this.notices.push(parsed.data.text);
    return { status: 200, body: 'ok' };
  }

  /** Deletes a message as a person does in Slack: one with replies leaves a mark in its place. */
  remove(ts: string): void {
    const index = this.posts.findIndex((post) => post.ts === ts);
    const post = this.posts[index];
    if (post === undefined) return;
    if (this.posts.some(({ thread }) => thread === ts)) {
      const text = 'This message was deleted.';
      Object.assign(post, { isDeleted: true, text, words: text, buttons: [], controls: [], metadata: undefined });
    } else this.posts.splice(index, 1);
  }

  #find(channel: string, ts: string): SlackPost | undefined {
    return this.posts.find((post) => post.channel === channel && post.ts === ts && !post.isDeleted);
  }
}

/** An incoming webhook of Slack: answers in plain text. */
export function slackWebhook(request: InboxRequest, received: ReceivedList): InboxResponse {
  if (!/^\/services\/T\w+\/B\w+\/\w+$/.test(request.path)) return { status: 404, body: 'no_service' };
  const parsed = content.omit({ channel: true }).safeParse(parsedBody(request));
  if (!parsed.success) return { status: 400, body: 'invalid_payload' };
  const checked = check(parsed.data);
  if ('error' in checked) return { status: 400, body: checked.error };
  received.add({
    vendor: 'slack-webhook',
    place: request.path.split('/')[3] ?? '',
    title: checked.text,
    text: checked.words,
    key: '',
    rollout: / · (\S+)$/m.exec(checked.words)?.[1] ?? '',
    content: { ...parsed.data, controls: checked.controls },
  });
  return { status: 200, body: 'ok' };
}

type Checked =
  | { readonly error: string }
  | {
      readonly text: string;
      readonly words: string;
      readonly buttons: readonly InboxButton[];
      readonly metadata: z.output<typeof metadata> | undefined;
      readonly controls: readonly string[];
    };

function check(body: Partial<z.output<typeof content>>): Checked {
  const { text = '' } = body;
  if (text === '' && body.blocks === undefined) return { error: 'no_text' };
  if (text.length > longestText) return { error: 'msg_too_long' };
  const beside = (body.attachments ?? []).flatMap((one) => one.blocks);
  const list = blocks.safeParse([body.blocks ?? [], beside].flat());
  if (!list.success) return { error: 'invalid_blocks' };
  const extra = body.metadata === undefined ? undefined : metadata.safeParse(body.metadata);
  if (extra?.success === false) return { error: 'invalid_metadata_format' };
  return {
    text,
    words: wordsOf(list.data),
    buttons: buttonsIn(list.data),
    metadata: extra?.data,
    controls: controlsIn(list.data, text),
  };
}

/** A name stands for an id, which every answer tells. */
function idOf(channel: string): string | undefined {
  if (/^[CGD][A-Z0-9]{2,}$/.test(channel)) return channel;
  // A member's id stands for the direct messages with them.
  if (/^[UW][A-Z0-9]{2,}$/.test(channel)) return `D${channel}`;
  if (!/^#[\p{L}\p{N}_.-]+$/u.test(channel)) return undefined;
  return `C${channel
    .slice(1)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')}`;
}

function refused(error: string): InboxResponse {
  return json(200, { ok: false, error });
}
