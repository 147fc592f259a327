import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { SignedIn } from '../identity/sign-in.ts';
import type { Mac } from '../ports/links.ts';

/** So long after signing in the buttons of that link may be used; then they sign in again. */
const goodForSeconds = 900;

const oidc = z.object({ issuer: z.string(), subject: z.string() });
const proof = z.object({ link: z.string(), mail: z.string(), oidc: oidc.optional(), until: z.number() });
const macBytes = 32;
const mostCharacters = 2000;

function signed(payload: string): Uint8Array {
  return new TextEncoder().encode(`sluice identity v1\n${payload}`);
}

/** Binds a proof to one link without holding it. */
function hashOf(token: string): string {
  return createHash('sha256').update('sluice identity').update(token).digest('base64url');
}

/** Says, under a code, whom an issuer vouched for when they came by one link. */
export async function identityProof(
  token: string,
  { mail, oidc: subject }: SignedIn,
  mac: Pick<Mac, 'generate'>,
  now: Date,
): Promise<{ readonly text: string; readonly seconds: number }> {
  const until = Math.floor(now.getTime() / 1000) + goodForSeconds;
  const payload = Buffer.from(JSON.stringify({ link: hashOf(token), mail, oidc: subject, until })).toString(
    'base64url',
  );
  const code = Buffer.from(await mac.generate(signed(payload))).toString('base64url');
  return { text: `${payload}.${code}`, seconds: goodForSeconds };
}

/** Returns whom a proof for this link vouches for; `undefined` where it is none, is over, or is another link's. */
export async function provenIdentity(
  text: string | undefined,
  token: string,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<SignedIn | undefined> {
  if (text === undefined || text.length > mostCharacters) return undefined;
  const [payload = '', code = '', ...rest] = text.split('.');
  const bytes = Buffer.from(code, 'base64url');
  if (rest.length > 0 || bytes.length !== macBytes) return undefined;
  if (!(await mac.verify(signed(payload), bytes))) return undefined;
  const { link, until, ...signedIn } = proof.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return link === hashOf(token) && until > now.getTime() / 1000 ? signedIn : undefined;
}
