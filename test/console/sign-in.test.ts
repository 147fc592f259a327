import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getSignedIn, getSignIn, identityCookie } from '../../lib/console/sign-in-exchange.ts';
import { openIdSignIn } from '../../lib/identity/openid-sign-in.ts';
import type { KnownPerson, SignInEntry, SignIns } from '../../lib/ports/sign-ins.ts';
import { awaitApproval } from '../../lib/usecases/people/await-approval.ts';
import { journeyTo, withApprovals } from '../usecases/journey.ts';
import { LinkDesk, wordsIn } from './link-desk.ts';
import { OidcIssuer } from './oidc-issuer.ts';

let issuer: OidcIssuer;

beforeEach(async () => {
  issuer = await OidcIssuer.start();
});

afterEach(() => issuer.close());

async function asked() {
  const journey = await journeyTo('checked', { spec: withApprovals({ identity: 'verified' }) });
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, journey.world);
  const desk = new LinkDesk(journey);
  const clientSecret = () => Promise.resolve(issuer.clientSecret);
  const signIn = openIdSignIn({ issuer: issuer.url, clientId: issuer.clientId, clientSecret });
  const kept: [SignInEntry, KnownPerson][] = [];
  const signIns: SignIns = { keep: (...one) => Promise.resolve(void kept.push(one)) };
  const world = {
    ...{ signIns, randomId: () => 'one' },
    signIn,
    identityMac: desk.identityMac,
    linksUrl: desk.linksUrl,
    now: journey.world.now,
    consoleGroups: ['ops'],
  };
  return { journey, desk, world, kept };
}

type Asked = Awaited<ReturnType<typeof asked>>;
const request = (token: string, query: Readonly<Record<string, string>> = {}, cookie = '') => ({
  token,
  query,
  headers: { cookie },
  body: '',
});
const valueIn = (setCookie = '') => setCookie.split(';')[0] ?? '';

/** Signs in as a browser does: to the issuer, and back with its cookie. */
async function signIn({ world }: Asked, token: string, changes: Readonly<Record<string, string>> = {}) {
  const sent = await getSignIn(request(token), world);
  const { status, headers } = await fetch(sent.headers['location'] ?? '', { redirect: 'manual' });
  expect([sent.status, status]).toEqual([302, 302]);
  const back = new URL(headers.get('location') ?? '');
  const query = { ...Object.fromEntries(back.searchParams), ...changes };
  return getSignedIn(request('', query, valueIn(sent.headers['set-cookie'])), world);
}

const approve = { action: 'approve' };

describe('signing in', () => {
  test('lets the person whom the link was sent to approve, and the record says that they were verified', async () => {
    const all = await asked();
    const { journey, desk } = all;
    const token = await desk.issue('Ana');
    expect(wordsIn((await desk.get(token)).body)).toContain('This needs you to sign in as ana@example.com. Sign in');

    const { status, headers } = await signIn(all, token);
    expect([status, headers['location']]).toEqual([303, `${desk.linksUrl}/decide/${token}`]);
    const cookie = valueIn(headers['set-cookie']);
    expect(wordsIn((await desk.get(token, { cookie })).body)).not.toContain('Sign in');
    expect((await desk.post(token, approve, { cookie })).status).toBe(303);
    expect((await journey.stored()).state.approval?.given).toMatchObject([{ name: 'Ana', how: 'verified' }]);
  });

  test('is kept by an id of the person, with who that is apart from it', async () => {
    const all = await asked();
    const ana = await all.desk.issue('Ana');
    await signIn(all, ana);
    await signIn(all, 'console');

    const at = all.world.now().toISOString();
    const person = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown;
    const who = { issuer: issuer.url, subject: expect.any(String) as unknown, mail: 'ana@example.com' };
    expect(all.kept).toEqual([
      [{ at, id: 'one', way: 'link', person }, who],
      [{ at, id: 'one', way: 'pages', person }, who],
    ]);
    expect(all.kept[0]?.[0].person).toBe(all.kept[1]?.[0].person);
  });

  test('is not kept where nobody came in, and lets nobody in where it cannot be kept', async () => {
    const all = await asked();
    const token = await all.desk.issue('Ana');
    await signIn(all, token, { state: 'forged' });
    expect(all.kept).toEqual([]);

    const signIns = { keep: () => Promise.reject(new Error('the table is away')) };
    await expect(signIn({ ...all, world: { ...all.world, signIns } }, token)).rejects.toThrow('the table is away');
  });

  test.each(['../../../evil.example', '../evil\r\nX-Injected: 1', '', '//evil.example/x', '?x=1'])(
    'leads nowhere by a cookie that somebody wrote into the browser: %j',
    async (written) => {
      const all = await asked();
      const token = await all.desk.issue('Ana');
      const sent = await getSignIn(request(token), all.world);
      const { headers } = await fetch(sent.headers['location'] ?? '', { redirect: 'manual' });
      const query = Object.fromEntries(new URL(headers.get('location') ?? '').searchParams);
      const [name = '', kept = ''] = valueIn(sent.headers['set-cookie']).split('=');
      const remembered: unknown = JSON.parse(Buffer.from(kept, 'base64url').toString());
      const forged = Buffer.from(JSON.stringify({ ...Object(remembered), token: written })).toString('base64url');
      const back = await getSignedIn(request('', query, `${name}=${forged}`), all.world);

      expect([back.status, back.headers['location'], back.headers['set-cookie']]).toEqual([403, undefined, undefined]);
    },
  );

  test('as somebody else counts for nothing', async () => {
    const all = await asked();
    const token = await all.desk.issue('Ben');
    const cookie = valueIn((await signIn(all, token)).headers['set-cookie']);

    expect((await all.desk.post(token, approve, { cookie })).status).toBe(409);
    expect((await all.journey.stored()).state.approval?.given).toEqual([]);
  });

  test('counts for the link by which somebody came, for a quarter of an hour, and cannot be changed', async () => {
    const all = await asked();
    const { desk, journey } = all;
    const token = await desk.issue('Ana');
    const cookie = valueIn((await signIn(all, token)).headers['set-cookie']);
    const [payload = '', code = ''] = cookie.slice(identityCookie.length + 1).split('.');
    const forged = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const asBen = Buffer.from(JSON.stringify({ ...forged, mail: 'ben@example.com' })).toString('base64url');

    const [ben, other] = [await desk.issue('Ben'), await desk.issue('Ana', 'control-0')];
    expect((await desk.post(ben, approve, { cookie: `${identityCookie}=${asBen}.${code}` })).status).toBe(409);
    expect(wordsIn((await desk.get(other, { cookie })).body)).not.toContain('Your decision');
    for (const bad of [`${cookie}x`, `${identityCookie}=${payload}`, `${identityCookie}=`, `${identityCookie}=a.b.c`]) {
      expect((await desk.post(token, approve, { cookie: bad })).status).toBe(409);
    }
    journey.world.time += 901_000;
    expect((await desk.post(token, approve, { cookie })).status).toBe(409);
    expect((await journey.stored()).state.approval?.given).toEqual([]);
  });

  test.each<[string, (issuer: OidcIssuer) => void, Readonly<Record<string, string>>]>([
    ['an address that the issuer has not verified', (one) => (one.claims = { email: 'ana@example.com' }), {}],
    ['no address', (one) => (one.claims = { email_verified: true }), {}],
    ['an ID token that somebody else signed', (one) => (one.forges = true), {}],
    [
      'an ID token for another client',
      (one) => (one.claims = { email: 'ana@example.com', email_verified: true, aud: 'x' }),
      {},
    ],
    [
      'an ID token of another issuer',
      (one) => (one.claims = { email: 'ana@example.com', email_verified: true, iss: 'https://x' }),
      {},
    ],
    [
      'an ID token that is over',
      (one) => (one.claims = { email: 'ana@example.com', email_verified: true, exp: 1 }),
      {},
    ],
    [
      'an ID token with another nonce',
      (one) => (one.claims = { email: 'ana@example.com', email_verified: true, nonce: 'x' }),
      {},
    ],
    ['another state', () => undefined, { state: 'x' }],
    ['a code that was not issued', () => undefined, { code: 'x' }],
    ['an error of the issuer', () => undefined, { error: 'access_denied' }],
  ])('with %s is none', async (_, change, query) => {
    const all = await asked();
    change(issuer);
    const { status, headers, body } = await signIn(all, await all.desk.issue('Ana'), query);

    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    expect(wordsIn(body)).toContain('You are not signed in');
  });

  test('by a browser that was not sent is none: a code of somebody else is of no use', async () => {
    const { world, desk } = await asked();
    const sent = await getSignIn(request(await desk.issue('Ana')), world);
    const back = await fetch(sent.headers['location'] ?? '', { redirect: 'manual' });
    const query = Object.fromEntries(new URL(back.headers.get('location') ?? '').searchParams);

    expect((await getSignedIn(request('', query), world)).status).toBe(403);
  });

  test('keeps what it remembers from scripts and other paths, and sends PKCE by S256', async () => {
    const { world, desk } = await asked();
    const { headers } = await getSignIn(request(await desk.issue('Ana')), world);

    expect(headers['set-cookie']).toMatch(/; Path=\/test\/signed-in; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    expect(headers['location']).toMatch(/code_challenge=[\w-]{43}&code_challenge_method=S256/);
  });

  test('where the stage has no issuer says so', async () => {
    const { world, desk } = await asked();
    const { status, body } = await getSignIn(request(await desk.issue('Ana')), { ...world, signIn: undefined });

    expect(status).toBe(404);
    expect(wordsIn(body)).toContain('This stage has no OIDC issuer');
  });
});
