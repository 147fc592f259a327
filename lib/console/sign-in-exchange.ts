import * as z from 'zod';
import { parseToken } from '../approval/links.ts';
import type { SignedIn, SignIn } from '../identity/sign-in.ts';
import { cookie, cookieOf } from './cookies.ts';
import type { PageRequest } from './page-request.ts';
import { identityProof } from './identity-proof.ts';
import { keepSignIn, type SignInRecordWorld } from './keep-sign-in.ts';
import { notice, type PageAnswer, redirect } from './page.ts';
import { placeOf, sessionCookieOf, sessionSeconds, sessionText } from './session.ts';

export interface SignInWorld extends SignInRecordWorld {
  /** Absent where the stage has no issuer. */
  readonly signIn: SignIn | undefined;
  readonly linksUrl: string;
  /** Groups of the issuer whose members see every service. */
  readonly consoleGroups: readonly string[];
}

const awayCookie = 'sluice-sign-in';
/** Carries the proof of who signed in. */
export const identityCookie = 'sluice-identity';
/** As long as somebody may take to sign in. */
const awaySeconds = 600;

/** Stands for a token where a visitor signs in to the pages, and to no link. */
const toConsole = 'console';

const away = z.object({
  token: z.string(),
  to: z.string().optional(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});

const failed = (why: string) =>
  notice(
    403,
    'You are not signed in',
    `${why} Open your link again and sign in from there. Rejecting and rolling back need no sign-in.`,
  );

/** GET of `sign-in/{token}`: sends the browser to the issuer. Nothing is looked up, and nothing changes. */
export async function getSignIn({ token, query }: PageRequest, { signIn, linksUrl }: SignInWorld): Promise<PageAnswer> {
  if (signIn === undefined) {
    return notice(
      404,
      'Signing in is not possible here',
      'This stage has no OIDC issuer (parameters OidcIssuer and OidcClientId of the stack).',
    );
  }
  if (token !== toConsole && parseToken(token) === undefined) return failed('That is no link.');
  const returnUrl = `${linksUrl}/signed-in`;
  const { url, checks } = await signIn.begin(returnUrl);
  const remembered = Buffer.from(JSON.stringify({ token, to: placeOf(query['to']), ...checks })).toString('base64url');
  return redirect(302, url, cookie(awayCookie, remembered, returnUrl, awaySeconds));
}

/** GET of `signed-in`: where the issuer sends the browser back to; leads on to the link with a proof of who they are. */
export async function getSignedIn(request: PageRequest, world: SignInWorld): Promise<PageAnswer> {
  const { signIn, identityMac, linksUrl, now } = world;
  const remembered = awayIn(cookieOf(request.headers['cookie'], awayCookie));
  // The browser keeps the cookie, and who has the browser may write it: only what is a link's address leads anywhere.
  if (signIn === undefined || remembered === undefined || !isPlace(remembered.token)) {
    return failed('This browser was not sent to sign in, or it took too long.');
  }
  const { token, to, ...checks } = remembered;
  const cameBackTo = `${linksUrl}/signed-in?${new URLSearchParams(request.query).toString()}`;
  let signedIn: SignedIn;
  try {
    signedIn = await signIn.finish(cameBackTo, checks);
  } catch {
    // What the issuer or its library says of it may quote codes and tokens.
    return failed('The issuer did not vouch for you.');
  }
  const { mail, oidc: { issuer, subject } = {} } = signedIn;
  await keepSignIn(token === toConsole ? 'pages' : 'link', { issuer, subject, mail }, world);
  if (token === toConsole) return intoConsole(signedIn, to, world);
  const { text, seconds } = await identityProof(token, signedIn, identityMac, now());
  return redirect(303, `${linksUrl}/decide/${token}`, cookie(identityCookie, text, `${linksUrl}/decide`, seconds));
}

function isPlace(token: string): boolean {
  return token === toConsole || parseToken(token) !== undefined;
}

/** Lets a visitor see the services whose specs name them; members of the stage's groups see all. */
async function intoConsole({ mail, oidc, groups = [] }: SignedIn, to: string | undefined, world: SignInWorld) {
  const { identityMac, linksUrl, now, consoleGroups } = world;
  const until = Math.floor(now().getTime() / 1000) + sessionSeconds;
  const seesAll = groups.some((group) => consoleGroups.includes(group));
  const text = await sessionText({ by: 'oidc', who: mail, oidc, seesAll, until }, identityMac);
  return redirect(303, `${linksUrl}/${placeOf(to)}`, sessionCookieOf(text, linksUrl));
}

function awayIn(value: string | undefined) {
  try {
    return away.parse(JSON.parse(Buffer.from(value ?? '', 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
