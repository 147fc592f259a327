import * as z from 'zod';

/** Limits of docs.slack.dev/reference/block-kit: 50 blocks, 3000 characters a text, 150 a header, ten fields of 2000. */
const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.boolean().optional() });
const markdown = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(most), verbatim: z.boolean().optional() });
const anyText = (most: number) => z.union([plainText(most), markdown(most)]);

/** Limits of the button and of the dialog that confirms it. */
const dialog = z.strictObject({
  title: plainText(100),
  text: z.union([plainText(300), markdown(300)]),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});
const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: z.string().min(1).max(255),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: dialog.optional(),
});
const actions = z
  .strictObject({
    type: z.literal('actions'),
    elements: z.array(button).min(1).max(25),
    block_id: z.string().max(255).optional(),
  })
  .refine(({ elements }) => new Set(elements.map((one) => one.action_id)).size === elements.length);

/** The dialog that asks for a line of text: title and buttons of 24 characters, 3000 of metadata, 2000 a label. */
export const modal = z.strictObject({
  type: z.literal('modal'),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal('section'), text: anyText(3000) }),
        z.strictObject({
          type: z.literal('input'),
          block_id: z.string().max(255),
          label: plainText(2000),
          optional: z.boolean().optional(),
          element: z.strictObject({
            type: z.literal('plain_text_input'),
            action_id: z.string().max(255),
            multiline: z.boolean().optional(),
            min_length: z.int().min(0).max(3000).optional(),
            max_length: z.int().min(1).max(3000).optional(),
          }),
        }),
      ]),
    )
    .min(1)
    .max(100),
});

const block = z.union([
  actions,
  z.strictObject({ type: z.literal('header'), text: plainText(150), block_id: z.string().max(255).optional() }),
  z
    .strictObject({
      type: z.literal('section'),
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      block_id: z.string().max(255).optional(),
    })
    .refine(({ text, fields }) => text !== undefined || fields !== undefined),
  z.strictObject({ type: z.literal('context'), elements: z.array(anyText(3000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('divider') }),
  z.strictObject({
    type: z.literal('rich_text'),
    elements: z
      .array(
        z.strictObject({
          type: z.literal('rich_text_preformatted'),
          elements: z.array(z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(3000) })).min(1),
        }),
      )
      .min(1),
  }),
]);

export const blocks = z.array(block).max(50);

/** Blocks beside a bar: a colour in hexadecimal, 20 attachments at most. */
export const attachments = z
  .array(z.strictObject({ color: z.string().regex(/^#[0-9a-f]{6}$/i), blocks: z.array(z.unknown()) }))
  .max(20);

/** Slack cuts a text beyond 40,000 characters; `msg_too_long` comes where nothing can be cut. */
export const longestText = 40_000;

export const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** A button as the inbox shows it. */
export interface InboxButton {
  readonly label: string;
  readonly action: string;
  readonly value: string;
}

/** The buttons of a message. */
export function buttonsIn(list: z.output<typeof blocks>): readonly InboxButton[] {
  return list.flatMap((one) =>
    one.type === 'actions'
      ? one.elements.map(({ text, action_id: action, value = '' }) => ({ label: text.text, action, value }))
      : [],
  );
}

/** All words of a message, as a reader sees them. */
export function wordsOf(list: z.output<typeof blocks>): string {
  return list
    .flatMap((one) => {
      if (one.type === 'divider' || one.type === 'actions') return [];
      if (one.type === 'context') return one.elements.map(({ text }) => text);
      if (one.type === 'rich_text') return one.elements.flatMap(({ elements }) => elements.map(({ text }) => text));
      if (one.type === 'header') return [one.text.text];
      return [one.text?.text ?? '', ...(one.fields ?? []).map(({ text }) => text)];
    })
    .filter((text) => text !== '')
    .join('\n');
}

/**
 * What Slack would make of text that is not `plain_text`: mentions of everybody, of people and of groups, and links. Whoever
 * finds one here that the product did not write has found an injection.
 */
export function controlsIn(list: z.output<typeof blocks>, text: string): readonly string[] {
  const marked = list.flatMap((one) => {
    if (one.type !== 'section') return [];
    return [one.text, ...(one.fields ?? [])].flatMap((part) => (part?.type === 'mrkdwn' ? [part.text] : []));
  });
  return [...marked, text].flatMap((part) => part.match(/<[^>]*>/g) ?? []);
}
