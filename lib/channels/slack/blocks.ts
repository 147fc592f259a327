import type { Message, MessageLink, RolloutStatus } from '../../messages/message.ts';
import { linkTarget } from '../../messages/link-target.ts';
import type { GateTrend } from '../../messages/gate-trend.ts';
import type { ActionsBlock } from './actions.ts';
import { bodyOf } from '../../messages/body.ts';
import { linesWithin, plain } from '../../messages/plain.ts';
import { trendColour, trendText } from '../../messages/trend-text.ts';

/** docs.slack.dev/reference/block-kit: the header block, the section block and its fields, the context block. */
const longest = { header: 150, section: 3000, field: 2000 } as const;
/** Of the fallback text, which Slack cuts at 40,000 characters; what a phone shows is far less. */
const longestText = 500;

/** The parts of a message that `chat.postMessage`, `chat.update` and an incoming webhook all take. */
export interface SlackContent {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** Blocks beside a bar of a colour (docs.slack.dev/reference/messaging/payload). */
  readonly attachments?: readonly { readonly color: string; readonly blocks: readonly SlackBlock[] }[];
}

interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** A block of code; its text is plain by itself (docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
interface Preformatted {
  readonly type: 'rich_text_preformatted';
  readonly elements: readonly { readonly type: 'text'; readonly text: string }[];
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText | { readonly type: 'mrkdwn'; readonly text: string } }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'rich_text'; readonly elements: readonly Preformatted[] }
  | { readonly type: 'context'; readonly elements: readonly PlainText[] }
  | ActionsBlock;

const marks = { info: '·', warning: '!', critical: '!!' } as const;

/**
 * One message as blocks. Everything that anybody may have written stands in `plain_text` objects, in which Slack looks for
 * no markup, no mention and, without `emoji`, no emoji; only links, whose words are the product's own, are mrkdwn.
 */
export function slackMessage(message: Message, buttons?: ActionsBlock): SlackContent {
  const { subject, what, commands, rows, origin } = bodyOf(message);
  const { trends = [] } = message.forPeople;
  return {
    ...(trends.length === 0 ? {} : { attachments: [trendsBar(trends)] }),
    text: slackEscaped(plain(`${subject} · ${what}`, longestText)),
    blocks: [
      { type: 'header', text: plainText(subject, longest.header) },
      section(what),
      ...(commands.length === 0 ? [] : [code(commands)]),
      ...(rows.length === 0 ? [] : [lines(rows.map(([name, value]) => `${name}: ${value}`))]),
      context(origin.map(([, value]) => value).join(' · ')),
      ...linkSection(message.links),
      ...(buttons === undefined ? [] : [buttons]),
    ],
  };
}

/** The values of each gate over the last evaluations, beside a bar in the colour of the worst of them. */
function trendsBar(trends: readonly GateTrend[]): { readonly color: string; readonly blocks: readonly SlackBlock[] } {
  return { color: trendColour(trends), blocks: [preformatted(linesWithin(trendText(trends), longest.section))] };
}

/** A sentence for one person. */
export function slackNotice(text: string): SlackContent {
  return { text: slackEscaped(plain(text, longestText)), blocks: [section(text)] };
}

/** The head of a rollout's thread: where it stands now. */
export function slackStatus(status: RolloutStatus, buttons?: ActionsBlock): SlackContent {
  const { service, stage, image, step, requestedBy, openedAt, reason, open, takenBy, rolloutId, links } = status;
  const mark = takenBy === undefined ? marks[open ?? 'info'] : marks.info;
  const title = `${mark} ${service} in ${stage}: ${image}`;
  const fields = [
    `State: ${step}`,
    `Asked for by: ${requestedBy}`,
    `Since: ${openedAt}`,
    `Rollout: ${rolloutId}`,
    ...(takenBy === undefined ? [] : [`Taken by: ${takenBy}`]),
  ];
  return {
    text: slackEscaped(plain(`${title}, ${step}`, longestText)),
    blocks: [
      { type: 'header', text: plainText(title, longest.header) },
      { type: 'section', fields: fields.map((field) => plainText(field, longest.field)) },
      ...(reason === '' ? [] : [section(`Why: ${reason}`)]),
      ...linkSection(links),
      ...(buttons === undefined ? [] : [buttons]),
    ],
  };
}

/**
 * Slack's three control characters as entities (docs.slack.dev/messaging/formatting-message-text): without them no text is a
 * mention, a link or a date. The marks of bold, italic, strike and code are harmless, but would change what somebody wrote.
 */
function slackEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function plainText(text: string, most: number): PlainText {
  // An empty text is refused.
  return { type: 'plain_text', text: plain(text, most) || '-', emoji: false };
}

function section(text: string): SlackBlock {
  return { type: 'section', text: plainText(text, longest.section) };
}

function code(commands: readonly string[]): SlackBlock {
  const text = linesWithin(
    commands.map((command) => plain(command, 600)),
    longest.section,
  );
  return preformatted(text);
}

function preformatted(text: string): SlackBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] };
}

function lines(all: readonly string[]): SlackBlock {
  const shown = all.map((line) => plain(line, 600)).filter((line) => line !== '');
  // An empty text is refused, and some texts hold nothing that can be shown.
  const text = linesWithin(shown, longest.section) || '-';
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

function context(text: string): SlackBlock {
  return { type: 'context', elements: [plainText(text, longest.field)] };
}

function linkSection(links: readonly MessageLink[]): readonly SlackBlock[] {
  const written = links.flatMap(({ text, url }) => {
    const target = linkTarget(url);
    return target === undefined ? [] : [`<${target}|${slackEscaped(plain(text, 100)).replaceAll('|', ' ')}>`];
  });
  if (written.length === 0) return [];
  return [{ type: 'section', text: { type: 'mrkdwn', text: linesWithin(written, longest.section) } }];
}
