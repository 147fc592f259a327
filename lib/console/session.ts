import * as z from 'zod';
import type { Mac } from '../ports/links.ts';
import { cookie } from './cookies.ts';
import { opened, type Seal, sealed } from './sealed-text.ts';

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

const most = 3000;
const sessionSeal: Seal<Session> = { purpose: 'sluice console session v1', form: session, most };
const entrySeal: Seal<Entry> = { purpose: 'sluice console entry v1', form: entry, most };
/** Pages that a link or a sign-in may lead to. */
const places =
  /^(?:\?release=[a-z][a-z0-9-]{0,99}|rollouts\/[a-z][a-z0-9-]{0,63}|services\/[a-z][a-z0-9-]{0,63}(?:\?show=incident)?)?$/;

/** Returns where to go: a page of ours, or the list of services. */
export function placeOf(text: string | undefined): string {
  return text !== undefined && places.test(text) ? text : '';
}

/** Returns a session under a code. */
export function sessionText(value: Session, mac: Pick<Mac, 'generate'>): Promise<string> {
  return sealed(sessionSeal, value, mac);
}

/** Returns a session; `undefined` where the text is none of ours, or it is over. */
export function openedSession(
  text: string | undefined,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<Session | undefined> {
  return opened(sessionSeal, text, mac, now);
}

/** Returns the entry of a link under a code. */
export function entryText(value: Entry, mac: Pick<Mac, 'generate'>): Promise<string> {
  return sealed(entrySeal, value, mac);
}

/** Returns the entry of a link; `undefined` where the text is none of ours, or it is over. */
export function openedEntry(text: string, mac: Pick<Mac, 'verify'>, now: Date): Promise<Entry | undefined> {
  return opened(entrySeal, text, mac, now);
}

/** Returns the cookie that carries a session to all pages. */
export function sessionCookieOf(text: string, linksUrl: string): string {
  return cookie(sessionCookie, text, `${linksUrl}/`, sessionSeconds);
}
