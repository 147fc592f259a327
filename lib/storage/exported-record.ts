import * as z from 'zod';
import type { KeptRecord } from '../ports/kept-record.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';

const head = z.object({
  rollout: z.string(),
  state: z.record(z.string(), z.unknown()).optional(),
  source: z.literal('archive').optional(),
  stray: z.array(z.string()).optional(),
});
const line = z.object({ place: z.int().positive(), event: z.string() });

/**
 * Returns a record as lines of JSON: first the rollout and its state, then each event with its place. An event stays the text that
 * it is kept as, since its hash counts every field of it.
 */
export function recordLines({ rolloutId, state, source, events, stray }: KeptRecord): readonly unknown[] {
  const inOrder = [...events].toSorted(([one], [other]) => one - other);
  return [{ rollout: rolloutId, state, source, stray }, ...inOrder.map(([place, event]) => ({ place, event }))];
}

/**
 * Reads what `recordLines` wrote.
 * @throws Error that names the first line that is none of it
 */
export function recordFromLines(text: string): KeptRecord {
  const lines = text.split('\n').filter((one) => one.trim() !== '');
  const { rollout, state, source, stray } = lineAt(lines, 0, head, 'the rollout and its state');
  const events = new Map<number, string>();
  for (const index of lines.keys()) {
    if (index === 0) continue;
    const { place, event } = lineAt(lines, index, line, 'an event and its place');
    if (events.has(place)) throw new Error(`Line ${index + 1} has event ${place} a second time.`);
    events.set(place, event);
  }
  return { rolloutId: rollout, state, events, ...(source !== undefined && { source }), ...(stray && { stray }) };
}

function lineAt<Form>(lines: readonly string[], index: number, form: z.ZodType<Form>, what: string): Form {
  const { data } = form.safeParse(parsedJson(lines[index] ?? ''));
  if (data === undefined) throw new Error(`Line ${index + 1} should have ${what}, as sluice audit export writes them.`);
  return data;
}
