import * as z from 'zod';
import { modal } from './slack-rules.ts';

const opened = z.strictObject({ trigger_id: z.string().min(1), view: z.unknown() });

/** A dialog that stands open before somebody. */
export interface OpenDialog {
  readonly trigger: string;
  readonly title: string;
  readonly callback: string;
  readonly metadata: string;
  readonly words: string;
}

/** What `views.open` makes of a body, or the name of its error. */
export function openedDialog(body: unknown): OpenDialog | string {
  const parsed = opened.safeParse(body);
  if (!parsed.success) return 'invalid_arguments';
  const view = modal.safeParse(parsed.data.view);
  if (!view.success) return 'invalid_arguments';
  const { title, callback_id: callback = '', private_metadata: metadata = '', blocks } = view.data;
  const words = blocks.map((one) => (one.type === 'input' ? one.label.text : one.text.text)).join('\n');
  return { trigger: parsed.data.trigger_id, title: title.text, callback, metadata, words };
}
