import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../model/model-world.ts';
import { nonceIn } from './link-desk.ts';
import { approve, asked, baking, stateOf } from './link-journeys.ts';

describe('attacks', () => {
  test('no character of a token can be changed', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const nonce = nonceIn((await desk.get(token)).body) ?? '';
    const before = (await journey.stored()).sequence;

    expect(token).toHaveLength(64);
    for (let at = 0; at < token.length; at += 1) {
      for (const other of alphabet.replace(token.charAt(at), '')) {
        const forged = token.slice(0, at) + other + token.slice(at + 1);
        expect((await desk.get(forged)).status).toBe(404);
      }
      const forged = `${token.slice(0, at)}${token.charAt(at) === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect((await desk.postRaw(forged, `nonce=${nonce}&action=approve`)).status).toBe(404);
    }
    expect((await journey.stored()).sequence).toBe(before);
  });

  test.each([
    '',
    'x',
    'A'.repeat(63),
    'A'.repeat(65),
    'A'.repeat(63) + '=',
    'A'.repeat(63) + '/',
    ' ' + 'A'.repeat(63),
  ])('what is no token is not looked up, and the key is not asked: %j', async (text) => {
    const { desk } = await asked();
    expect((await desk.get(text)).status).toBe(404);
    expect(desk.mac.asked).toBe(0);
  });

  test('an id that was not issued costs no call of the key', async () => {
    const { desk } = await asked();
    expect((await desk.get('A'.repeat(64))).status).toBe(404);
    expect(desk.mac.asked).toBe(0);
  });

  test('a stored link that somebody edited is none: rollout, step, image, recipient, point and end are under its code', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const [[hash, link]] = [...desk.links.kept] as [[string, NonNullable<ReturnType<typeof desk.links.kept.get>>]];
    for (const change of [
      { rolloutId: 'web-other' },
      { step: 0 },
      { digest: digestOf('c') },
      { recipient: 'Ben' },
      { point: 'control-0' as const },
      { expiresAt: '2027-01-01T00:00:00.000Z' },
    ]) {
      desk.links.kept.set(hash, { ...link, ...change });
      expect((await desk.get(token)).status).toBe(404);
    }
    desk.links.kept.set(hash, link);
    expect((await desk.get(token)).status).toBe(200);
    expect(journey.rolloutId).toBe(link.rolloutId);
  });

  test('the table of links has no token and no id of one', async () => {
    const { desk } = await asked();
    const token = await desk.issue('Ana');
    const kept = JSON.stringify([...desk.links.kept]);
    expect(kept).not.toContain(token.slice(0, 21));
    expect(kept).not.toContain(Buffer.from(token, 'base64url').subarray(0, 16).toString('hex'));
  });

  test('the code of one link is of no use with the id of another', async () => {
    const { desk } = await asked();
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => desk.issue(name)));
    // 16 bytes of id are 21 characters and a part of the next one: whole bytes are swapped.
    const bytes = [ana, ben].map((token) => Buffer.from(token ?? '', 'base64url'));
    const mixed = Buffer.concat([bytes[0]?.subarray(0, 16) ?? '', bytes[1]?.subarray(16) ?? ''] as Buffer[]);
    expect((await desk.get(mixed.toString('base64url'))).status).toBe(404);
  });

  test.each([
    ['from another origin', { origin: 'https://evil.example.com' }],
    ['from another origin, by a browser that says so', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['from a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['from another host of the same site', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['that says nothing of where it comes from', { origin: undefined }],
    ['with our origin and another site', { 'sec-fetch-site': 'cross-site' }],
    ['as JSON', { 'content-type': 'application/json' }],
    ['as plain text', { 'content-type': 'text/plain' }],
  ])('a post %s decides nothing', async (_, headers) => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    expect((await desk.post(token, approve, headers)).status).toBe(403);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
  });

  test('a page sent with no-referrer posts a null origin from the same one, which counts', async () => {
    const { desk } = await asked();
    const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    expect((await desk.post(await desk.issue('Ana'), approve, headers)).status).toBe(303);
  });

  test('a nonce of another link, a made-up one or none decides nothing', async () => {
    const { journey, desk } = await asked();
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    const foreign = nonceIn((await desk.get(ben)).body) ?? '';
    for (const nonce of [foreign, 'A'.repeat(64), '', 'x']) {
      expect((await desk.post(ana, { nonce, ...approve })).status).toBe(403);
    }
    expect((await desk.postRaw(ana, 'action=approve')).status).toBe(403);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
  });

  test('markup in tag, reason, names and comments stays text', async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\`\u202e{{7*7}}`;
    const { journey, desk } = await baking();
    const stored = await journey.stored();
    Object.assign(stored.state, {
      image: { ...stored.state.image, tag: evil },
      requestedBy: evil,
      why: evil,
      reason: evil,
      service: stored.state.service,
    });
    await journey.append({
      type: 'GreenAnalysed',
      step: 0,
      verdict: 'hold',
      reason: evil,
      secondsLeft: 3,
      gates: [{ gate: evil, outcome: 'hold', requests: 1, pass: 1, abort: 2, reason: evil }],
    });
    const ana = await desk.issue('Ana');
    const ben = await desk.issue('Ben');
    const pages = [await desk.get(ana), await desk.post(ana, { action: 'promote', comment: evil.repeat(100) })];
    await desk.post(ana, { action: 'abort', comment: evil });
    pages.push(await desk.get(ana), await desk.get(ben));

    for (const { body } of pages) {
      expect(body.match(/<script/g)).toHaveLength(1);
      expect(body).not.toMatch(/<script>(?!\(\(\)=>\{)|<img|\u202e/);
      expect(body).not.toMatch(/<[^>]*onerror/);
    }
    expect(pages[0]?.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('no sequence of visits changes anything', async () => {
    const { journey, desk } = await asked();
    const tokens = await Promise.all(['Ana', 'Ben', 'Cleo'].map((name) => desk.issue(name)));
    const visit = fc.record({
      token: fc.oneof(fc.constantFrom(...tokens), fc.string(), fc.base64String({ minLength: 64, maxLength: 64 })),
      hours: fc.nat(30),
    });
    const facts = async () => JSON.stringify([await journey.stored(), journey.facts(), [...desk.links.kept]]);
    const before = await facts();
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { maxLength: 12 }), async (visits) => {
        for (const { token, hours } of visits) {
          const { time } = journey.world;
          journey.world.time += hours * 3600_000;
          await desk.get(token);
          journey.world.time = time;
        }
        expect(await facts()).toBe(before);
      }),
      { numRuns: 60 },
    );
  });
});
