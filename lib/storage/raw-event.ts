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
  const value = parsedJson(text);
  const { data } = rawForm.safeParse(value);
  if (data === undefined) return undefined;
  const { chain, rolloutId, sequence } = data;
  const fields = { ...fieldsOf(value), rolloutId, sequence };
  const link = previousForm.safeParse(chain).data;
  return link === undefined ? fields : { ...fields, chain: { ...fieldsOf(chain), ...link } };
}

/** All fields but the link: also one that is named `__proto__`, which the parser of the form leaves out. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {};
  const names = Object.keys(value).filter((name) => name !== 'chain');
  return Object.fromEntries(names.map((name): [string, unknown] => [name, Reflect.get(value, name)]));
}

/** Whether an event carries a whole link of the chain. */
export function isLink(chain: unknown): chain is z.output<typeof chainLink> {
  return chainLink.safeParse(chain).success;
}
