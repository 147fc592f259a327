import type * as z from 'zod';
import type { Mac } from '../ports/links.ts';

/** What a text is sealed for, and in what form: a text for one purpose is none for another. */
export interface Seal<Value extends { readonly until: number }> {
  readonly purpose: string;
  readonly form: z.ZodType<Value>;
  /** Characters that a text of this kind may have. */
  readonly most: number;
}

const macBytes = 32;

/** Returns a value under a code, for a cookie or an address. Who holds it can read it, and cannot change it. */
export async function sealed<Value extends { readonly until: number }>(
  { purpose }: Seal<Value>,
  value: Value,
  mac: Pick<Mac, 'generate'>,
): Promise<string> {
  const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${payload}.${Buffer.from(await mac.generate(signed(purpose, payload))).toString('base64url')}`;
}

/** Returns what was sealed for a purpose; `undefined` where the text is none of ours, or its time is over. */
export async function opened<Value extends { readonly until: number }>(
  { purpose, form, most }: Seal<Value>,
  text: string | undefined,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<Value | undefined> {
  if (text === undefined || text.length > most) return undefined;
  const [payload = '', code = '', ...rest] = text.split('.');
  const bytes = Buffer.from(code, 'base64url');
  if (rest.length > 0 || bytes.length !== macBytes) return undefined;
  if (!(await mac.verify(signed(purpose, payload), bytes))) return undefined;
  const value = form.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return value.until > now.getTime() / 1000 ? value : undefined;
}

function signed(purpose: string, payload: string): Uint8Array {
  return new TextEncoder().encode(`${purpose}\n${payload}`);
}
