import * as z from 'zod';
import type { Mac } from '../ports/links.ts';
import { cookie } from './cookies.ts';

/** Who looks at the pages, as IAM or the issuer of identities vouched for it. */
export const session = z.object({
  /** `iam`: by `sluice open`; `oidc`: signed in. */
  by: z.enum(['iam', 'oidc']),
  /** What the page calls them: an ARN, or a mail address. */
  who: z.string(),
  /** `iss` and `sub` of who signed in. */
  oidc: z.object({ issuer: z.string(), subject: z.string() }).optional(),
  /** They see every service; otherwise those whose specs name them. */
  seesAll: z.boolean(),
  /** Seconds since 1970. */
  until: z.number(),
});
export type Session = z.output<typeof session>;

/** What a link of `sluice open` holds: good once, for a few minutes. */
const entry = z.object({ id: z.string(), who: z.string(), to: z.string(), until: z.number() });
export type Entry = z.output<typeof entry>;

/** A shift of a person on call; then they sign in, or open, again. */
export const sessionSeconds = 4 * 3600;
/** As long as a browser takes to start, and a person to copy an address. */
export const entrySeconds = 300;

/** Carries a session. */
export const sessionCookie = 'sluice-console';

const macBytes = 32;
const mostCharacters = 3000;
/** Pages that a link or a sign-in may lead to. */
const places = /^(?:(?:rollouts|services)\/[a-z][a-z0-9-]{0,63})?$/;

/** Returns where to go: a page of ours, or the list of services. */
export function placeOf(text: string | undefined): string {
  return text !== undefined && places.test(text) ? text : '';
}

/** Returns a session under a code. */
export function sessionText(value: Session, mac: Pick<Mac, 'generate'>): Promise<string> {
  return sealed('sluice console session v1', value, mac);
}

/** Returns a session; `undefined` where the text is none of ours, or it is over. */
export function openedSession(
  text: string | undefined,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<Session | undefined> {
  return opened('sluice console session v1', text, session, mac, now);
}

/** Returns the entry of a link under a code. */
export function entryText(value: Entry, mac: Pick<Mac, 'generate'>): Promise<string> {
  return sealed('sluice console entry v1', value, mac);
}

/** Returns the entry of a link; `undefined` where the text is none of ours, or it is over. */
export function openedEntry(text: string, mac: Pick<Mac, 'verify'>, now: Date): Promise<Entry | undefined> {
  return opened('sluice console entry v1', text, entry, mac, now);
}

/** Returns the cookie that carries a session to all pages. */
export function sessionCookieOf(text: string, linksUrl: string): string {
  return cookie(sessionCookie, text, `${linksUrl}/`, sessionSeconds);
}

function signed(purpose: string, payload: string): Uint8Array {
  return new TextEncoder().encode(`${purpose}\n${payload}`);
}

async function sealed(purpose: string, value: object, mac: Pick<Mac, 'generate'>): Promise<string> {
  const payload = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${payload}.${Buffer.from(await mac.generate(signed(purpose, payload))).toString('base64url')}`;
}

async function opened<Value extends { readonly until: number }>(
  purpose: string,
  text: string | undefined,
  schema: z.ZodType<Value>,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<Value | undefined> {
  if (text === undefined || text.length > mostCharacters) return undefined;
  const [payload = '', code = '', ...rest] = text.split('.');
  const bytes = Buffer.from(code, 'base64url');
  if (rest.length > 0 || bytes.length !== macBytes) return undefined;
  if (!(await mac.verify(signed(purpose, payload), bytes))) return undefined;
  const value = schema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return value.until > now.getTime() / 1000 ? value : undefined;
}
