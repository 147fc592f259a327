import * as z from 'zod';

/** Limits of docs.slack.dev/reference/block-kit: 50 blocks, 3000 characters a text, 150 a header, ten fields of 2000. */
const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.boolean().optional() });
const markdown = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(most), verbatim: z.boolean().optional() });
const anyText = (most: number) => z.union([plainText(most), markdown(most)]);

const block = z.union([
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
]);

export const blocks = z.array(block).max(50);

/** Slack cuts a text beyond 40,000 characters; `msg_too_long` comes where nothing can be cut. */
export const longestText = 40_000;

export const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** All words of a message, as a reader sees them. */
export function wordsOf(list: z.output<typeof blocks>): string {
  return list
    .flatMap((one) => {
      if (one.type === 'divider') return [];
      if (one.type === 'context') return one.elements.map(({ text }) => text);
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
