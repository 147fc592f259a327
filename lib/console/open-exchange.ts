import type { Mac } from '../ports/links.ts';
import type { OneTimeIds } from '../ports/one-time-ids.ts';
import { keepSignIn, type SignInRecordWorld } from './keep-sign-in.ts';
import { notice, type PageAnswer, redirect } from './page.ts';
import type { PageRequest } from './page-request.ts';
import {
  entrySeconds,
  entryText,
  openedEntry,
  placeOf,
  sessionCookieOf,
  sessionSeconds,
  sessionText,
} from './session.ts';

/** As much of the world as `sluice open` touches. */
export interface OpenWorld extends SignInRecordWorld {
  readonly identityMac: Mac;
  readonly ids: OneTimeIds;
  readonly linksUrl: string;
}

/**
 * Returns the address of a page for a principal that AWS verified. It lets its holder in once, within five minutes.
 * @param to the page: `rollouts/<id>`, `services/<name>`, or nothing for the list of services
 */
export async function mintEntry(
  principal: string,
  to: string | undefined,
  world: Omit<OpenWorld, 'ids'>,
): Promise<{ readonly url: string; readonly until: string }> {
  const { identityMac, linksUrl, now, randomId } = world;
  await keepSignIn('minted', { principal }, world);
  const until = Math.floor(now().getTime() / 1000) + entrySeconds;
  const text = await entryText({ id: randomId(), who: principal, to: placeOf(to), until }, identityMac);
  return { url: `${linksUrl}/open/${text}`, until: new Date(until * 1000).toISOString() };
}

/** GET of `open/{token}`: lets the holder in, once, and leads on to the page. */
export async function enter({ token }: PageRequest, world: OpenWorld): Promise<PageAnswer> {
  const { identityMac, ids, linksUrl, now } = world;
  const found = await openedEntry(token, identityMac, now());
  if (found === undefined || !(await ids.claim(found.id, entrySeconds * 2))) return notValid;
  await keepSignIn('opened', { principal: found.who }, world);
  const until = Math.floor(now().getTime() / 1000) + sessionSeconds;
  const text = await sessionText({ by: 'iam', who: found.who, seesAll: true, until }, identityMac);
  return redirect(303, `${linksUrl}/${found.to}`, sessionCookieOf(text, linksUrl));
}

const notValid = notice(404, 'This link is not valid', 'It works once, within five minutes. Run sluice open again.');
