import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { SignedIn } from '../identity/sign-in.ts';
import type { Mac } from '../ports/links.ts';
import { opened, type Seal, sealed } from './sealed-text.ts';

/** So long after signing in the buttons of that link may be used; then they sign in again. */
const goodForSeconds = 900;

const oidc = z.object({ issuer: z.string(), subject: z.string() });
const proof = z.object({ link: z.string(), mail: z.string(), oidc: oidc.optional(), until: z.number() });
const seal: Seal<z.output<typeof proof>> = { purpose: 'sluice identity v1', form: proof, most: 2000 };

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
  const text = await sealed(seal, { link: hashOf(token), mail, oidc: subject, until }, mac);
  return { text, seconds: goodForSeconds };
}

/** Returns whom a proof for this link vouches for; `undefined` where it is none, is over, or is another link's. */
export async function provenIdentity(
  text: string | undefined,
  token: string,
  mac: Pick<Mac, 'verify'>,
  now: Date,
): Promise<SignedIn | undefined> {
  const found = await opened(seal, text, mac, now);
  if (found === undefined) return undefined;
  const { link, until: _, ...signedIn } = found;
  return link === hashOf(token) ? signedIn : undefined;
}
