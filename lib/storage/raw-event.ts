import * as z from 'zod';
import { chainLink } from '../rollout/events.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';

const rawForm = z.looseObject({ rolloutId: z.string(), sequence: z.number(), chain: z.unknown().optional() });
const previousForm = z.looseObject({ previous: z.string(), state: z.string().optional() });

/** An event as it stands in the table or the archive, known or not to this version: enough to hash it. */
export type RawEvent = Readonly<Record<string, unknown>> & {
  readonly rolloutId: string;
  readonly sequence: number;
  readonly chain?: { readonly previous: string; readonly state?: string | undefined } | undefined;
};

/** Returns the event in an item of the table; `undefined` where it holds none. */
export function rawEvent(item: Readonly<Record<string, unknown>>): RawEvent | undefined {
  const text = item['recorded'];
  return typeof text === 'string' ? rawEventOf(text) : undefined;
}

/** Returns the event in a JSON text; `undefined` where it holds none. */
export function rawEventOf(text: string): RawEvent | undefined {
  const { data } = rawForm.safeParse(parsedJson(text));
  if (data === undefined) return undefined;
  const { chain, ...fields } = data;
  const link = previousForm.safeParse(chain).data;
  return link === undefined ? fields : { ...fields, chain: link };
}

/** Whether an event carries a whole link of the chain. */
export function isLink(chain: unknown): chain is z.output<typeof chainLink> {
  return chainLink.safeParse(chain).success;
}
