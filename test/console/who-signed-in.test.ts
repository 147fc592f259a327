import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identityProof, provenIdentity } from '../../lib/console/identity-proof.ts';
import { openIdSignIn } from '../../lib/identity/openid-sign-in.ts';
import type { SignedIn } from '../../lib/identity/sign-in.ts';
import { identityBy } from '../../lib/usecases/people/show-decision.ts';
import { journeyTo } from '../usecases/journey.ts';
import { LinkDesk } from './link-desk.ts';
import { OidcIssuer } from './oidc-issuer.ts';

const oidc = { issuer: 'https://id.example', subject: '42' };
const ana = { name: 'Ana', roles: ['qa'], mail: 'ana@example.com' };
const known = { ...ana, oidc };

describe('a sign-in counts', () => {
  test.each<[string, SignedIn, 'verified' | 'link', 'verified' | 'link']>([
    ['of that issuer and subject, under any mail', { mail: 'other@example.com', oidc }, 'link', 'verified'],
    ['of another subject with her mail', { mail: ana.mail, oidc: { ...oidc, subject: '43' } }, 'verified', 'link'],
    ['of another issuer', { mail: ana.mail, oidc: { ...oidc, issuer: 'https://id.other' } }, 'verified', 'link'],
    ['of an older proof, without a subject', { mail: ana.mail }, 'verified', 'link'],
    ['of a mail that is not ASCII', { mail: '\u212Aim@example.com', oidc }, 'link', 'verified'],
  ])('%s', (_, signedIn, byMail, bySubject) => {
    expect(identityBy(signedIn, ana)).toBe(byMail);
    expect(identityBy(signedIn, known)).toBe(bySubject);
  });
});

describe('the issuer', () => {
  let issuer: OidcIssuer;
  beforeEach(async () => {
    issuer = await OidcIssuer.start();
  });
  afterEach(() => issuer.close());

  test('and the subject of the ID token are in the proof of a sign-in', async () => {
    const clientSecret = () => Promise.resolve(issuer.clientSecret);
    const signIn = openIdSignIn({ issuer: issuer.url, clientId: issuer.clientId, clientSecret });
    const { url, checks } = await signIn.begin('https://sluice.example/signed-in');
    const { headers } = await fetch(url, { redirect: 'manual' });
    const signedIn = await signIn.finish(headers.get('location') ?? '', checks);
    const journey = await journeyTo('applied');
    const { identityMac } = new LinkDesk(journey);
    const now = journey.world.now();
    const { text } = await identityProof('token', signedIn, identityMac, now);

    expect(await provenIdentity(text, 'token', identityMac, now)).toEqual({
      mail: 'ana@example.com',
      oidc: { issuer: issuer.url, subject: 'someone' },
    });
    expect(await provenIdentity(text, 'another token', identityMac, now)).toBeUndefined();
  });
});
