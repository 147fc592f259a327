import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { awaitApproval } from '../../lib/tasks/await-approval.ts';
import { commandNeeds, commandRollout } from '../../lib/tasks/command-rollout.ts';
import { shiftTraffic } from '../../lib/tasks/shift-traffic.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { type Journey, journeyTo, people, withApprovals } from '../tasks/journey.ts';
import { LinkDesk, nonceIn, wordsIn } from './link-desk.ts';

async function asked(spec = withApprovals()): Promise<{ journey: Journey; desk: LinkDesk }> {
  const journey = await journeyTo('checked', { spec });
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, journey.world);
  return { journey, desk: new LinkDesk(journey) };
}

async function baking(spec = withApprovals({ required: [] })): Promise<{ journey: Journey; desk: LinkDesk }> {
  const journey = await journeyTo('shifted', { spec });
  return { journey, desk: new LinkDesk(journey) };
}

const approve = { action: 'approve' };
const reject = { action: 'reject', comment: 'not before the holidays' };
const abort = { action: 'abort', comment: 'customers complain' };
const stateOf = async (journey: Journey) => (await journey.stored()).state;

describe('the page of a link', () => {
  test('shows what changes, who asked and why, the pre-checks, what each button does and when the link ends', async () => {
    const { desk } = await asked();
    const { status, body } = await desk.get(await desk.issue('Ana'));
    const words = wordsIn(body);

    expect(status).toBe(200);
    for (const shown of [
      'web in test',
      'Approve 412-9f8d111 for web in test?',
      digestOf('b'),
      digestOf('a'),
      'a person',
      'Saw: x. Expected: y.',
      'product-manager, qa still have to approve',
      'Ends this rollout now. Nothing has been changed yet',
      '2026-03-02 10:00:00 UTC',
    ]) {
      expect(words).toContain(shown);
    }
  });

  test('shows the gates with green beside blue, limits and how sure, where green has traffic', async () => {
    const { journey, desk } = await baking();
    const gate = (await stateOf(journey)).spec.gates[0]?.name ?? '';
    await journey.append({
      type: 'GreenAnalysed',
      step: 0,
      verdict: 'hold',
      reason: 'too few',
      secondsLeft: 3,
      gates: [
        {
          gate,
          outcome: 'hold',
          green: 0.02,
          blue: 0.01,
          requests: 40,
          pass: 0.01,
          abort: 0.05,
          sure: 0.8,
          reason: 'too few',
        },
      ],
    });
    const words = wordsIn((await desk.get(await desk.issue('Ana'))).body);

    expect(words).toContain(`${gate}: cannot say yet`);
    expect(words).toContain('new (green) 2 % old (blue) 1 % how sure 80 % limits passes up to 1 %, aborts above 5 %');
    expect(words).toContain('Puts all traffic back on the old version at once (90 % of it is there now)');
  });

  test('is sent so that nobody frames, stores, sniffs or refers it, and no script runs', async () => {
    const { desk } = await asked();
    for (const { headers, body } of [await desk.get(await desk.issue('Ana')), await desk.get('x')]) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/html; charset=utf-8',
      });
      const policy = headers['content-security-policy'];
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(body).not.toMatch(/<script|\son\w+=|javascript:/i);
    }
  });

  test('holds no token: a page that is passed on or stored gives nothing away', async () => {
    const { desk } = await asked();
    const token = await desk.issue('Ana');
    expect((await desk.get(token)).body).not.toContain(token);
  });
});

describe('a decision', () => {
  test('is taken once; the page then says who decided what and when', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');

    expect(await desk.post(token, { ...approve, comment: 'fine' })).toMatchObject({
      status: 303,
      headers: { location: token },
    });
    expect((await stateOf(journey)).approval?.given).toMatchObject([{ name: 'Ana', how: 'link' }]);
    const words = wordsIn((await desk.get(token)).body);
    expect(words).toContain('You have decided');
    expect(words).toContain('Approved by Ana (by personal link) at 2026-03-01 10:00:00 UTC: fine');
    expect(words).not.toContain('Your decision');
  });

  test('is refused the second time, whatever it says by then', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const nonce = nonceIn((await desk.get(token)).body) ?? '';
    await desk.post(token, approve);
    const before = (await journey.stored()).sequence;

    for (const fields of [approve, reject]) {
      const { status, body } = await desk.post(token, { nonce, ...fields });
      expect(status).toBe(409);
      expect(wordsIn(body)).toContain('Nothing was done. This has been decided already');
    }
    expect((await journey.stored()).sequence).toBe(before);
  });

  test('of two at once by one link, one counts', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const answers = await Promise.all([desk.post(token, approve), desk.post(token, reject), desk.post(token, approve)]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    expect((await stateOf(journey)).decisions).toHaveLength(1);
  });

  test('of all three roles lets the rollout go on to its pre-checks once more', async () => {
    const { journey, desk } = await asked();
    for (const name of ['Ana', 'Ben', 'Cleo']) {
      expect((await desk.post(await desk.issue(name), approve)).status).toBe(303);
    }
    expect((await stateOf(journey)).phase).toBe('checking');
  });

  test('to reject needs a comment, and ends the rollout with it', async () => {
    const { journey, desk } = await asked();
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    for (const comment of ['', '   ']) {
      const { status, body } = await desk.post(ana, { action: 'reject', comment });
      expect(status).toBe(409);
      expect(wordsIn(body)).toContain('Rejecting needs a comment');
    }

    expect((await desk.post(ana, reject)).status).toBe(303);
    expect(await stateOf(journey)).toMatchObject({ phase: 'rejected', reason: 'not before the holidays' });
    expect(wordsIn((await desk.get(ben)).body)).toContain('Rejected by Ana (by personal link)');
    expect((await desk.post(ben, approve)).status).toBe(409);
  });

  test('of who asked cannot be an approval, but may be a rejection', async () => {
    const journey = await journeyTo('checked', {
      spec: withApprovals({
        people: people.map((person) => (person.name === 'Ana' ? { ...person, alias: ['a person'] } : person)),
      }),
    });
    const desk = new LinkDesk(journey);
    const token = await desk.issue('Ana');
    expect(wordsIn((await desk.get(token)).body)).toContain('Approve: not possible');

    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await desk.post(token, reject)).status).toBe(303);
  });

  test('of one person fills one role', async () => {
    const { journey, desk } = await asked();
    expect((await desk.post(await desk.issue('Dan'), approve)).status).toBe(303);
    expect((await desk.post(await desk.issue('Ana'), approve)).status).toBe(303);
    // Ana is tech lead, so Dan stands for QA: Cleo has nothing left to fill.
    expect((await desk.post(await desk.issue('Cleo'), approve)).status).toBe(409);
    expect((await desk.post(await desk.issue('Ben'), approve)).status).toBe(303);
    expect((await stateOf(journey)).phase).toBe('checking');
  });

  test('to skip the rest of a bake, to pause it and to resume are each one of a kind', async () => {
    const { journey, desk } = await baking();
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    expect((await desk.post(ana, { action: 'pause' })).status).toBe(303);
    expect(wordsIn((await desk.get(ben)).body)).toContain('Paused by Ana (by personal link)');
    expect((await desk.post(ben, { action: 'promote' })).status).toBe(409);

    expect((await desk.post(await desk.issue('Ben'), { action: 'resume' })).status).toBe(303);
    expect((await desk.post(await desk.issue('Ana'), { action: 'promote' })).status).toBe(303);
    expect((await stateOf(journey)).promotion).toEqual({ step: 0, full: false, by: 'Ana' });
  });

  test('to roll back starts the rollback machine at once, with who and why', async () => {
    const { journey, desk } = await baking();
    expect((await desk.post(await desk.issue('Ben'), { action: 'abort' })).status).toBe(409);
    expect((await desk.post(await desk.issue('Ben'), abort)).status).toBe(303);

    expect(journey.world.startedRollbacks).toMatchObject([{ input: { by: 'Ben', reason: 'customers complain' } }]);
    expect((await stateOf(journey)).decisions).toMatchObject([{ answer: 'aborted', by: 'Ben', how: 'link' }]);
  });

  test('at a hold is asked of everybody and taken once', async () => {
    const { journey, desk } = await baking();
    const until = new Date(journey.world.time + 3600_000).toISOString();
    await journey.append({ type: 'DecisionRequested', step: 0, reason: 'too few', asked: ['Ana', 'Ben'], until });
    const [ana, ben] = [await desk.issue('Ana'), await desk.issue('Ben')];
    expect(wordsIn((await desk.get(ana)).body)).toContain('cannot be judged: go on or roll back?');

    expect((await desk.post(ana, { action: 'promote' })).status).toBe(303);
    expect((await desk.post(ben, abort)).status).toBe(409);
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('that a link is not for is refused', async () => {
    const { desk } = await asked();
    const token = await desk.issue('Ana');
    for (const action of ['promote', 'abort', 'pause', 'resume', 'promoteFully']) {
      expect((await desk.post(token, { action, comment: 'x' })).status).toBe(409);
    }
    expect((await desk.post(token, { action: 'deploy' })).status).toBe(400);
  });
});

describe('where the spec wants people to sign in', () => {
  test('a link alone lets nothing in, and stops what goes wrong all the same', async () => {
    const { journey, desk } = await asked(withApprovals({ identity: 'verified' }));
    const token = await desk.issue('Ana');
    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
    expect((await desk.post(token, reject)).status).toBe(303);

    const running = await baking(withApprovals({ required: [], identity: 'verified' }));
    for (const action of ['promote', 'promoteFully']) {
      expect((await running.desk.post(await running.desk.issue('Ana'), { action })).status).toBe(409);
    }
    expect((await running.desk.post(await running.desk.issue('Ana'), abort)).status).toBe(303);
  });
});

describe('a link is void', () => {
  test('once it has expired', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    journey.world.time += 24 * 3600_000;

    expect(wordsIn((await desk.get(token)).body)).toContain('This link has expired');
    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
  });

  test('once the rollout is at another step', async () => {
    const { journey, desk } = await baking();
    const token = await desk.issue('Ana');
    await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);

    expect(wordsIn((await desk.get(token)).body)).toContain('It was for step 1, and the rollout is at step 2.');
    expect((await desk.post(token, abort)).status).toBe(409);
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('once somebody has told the rollout something else', async () => {
    const { journey, desk } = await baking();
    const token = await desk.issue('Ana');
    const cli = { by: 'on-call', how: 'command' } as const;
    for (const command of ['pause', 'resume'] as const) {
      await commandRollout(journey.rolloutId, command, cli, commandNeeds(journey.world));
    }
    expect((await desk.post(token, { action: 'promote' })).status).toBe(409);
    expect((await stateOf(journey)).promotion).toBeUndefined();
  });

  test('once the rollout has ended', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    await journey.append({ type: 'RolloutRejected', reason: 'Not approved within 24h', results: [] });

    expect(wordsIn((await desk.get(token)).body)).toContain('The rollout has ended: it is rejected.');
    expect((await desk.post(token, approve)).status).toBe(409);
  });

  test('once another rollout of the service has begun', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const store = journey.world.store;
    Object.assign(store, { service: () => Promise.resolve({ lockedBy: 'web-newer', retention: undefined }) });

    expect(wordsIn((await desk.get(token)).body)).toContain('A newer rollout of web has begun: web-newer.');
    expect((await desk.post(token, approve)).status).toBe(409);
  });
});

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
    expect((await desk.postRaw(ana, 'action=approve')).status).toBe(400);
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
      expect(body).not.toMatch(/<script|<img|\u202e/);
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

describe('issuing', () => {
  test('the same link twice gives the same token: one a person and decision', async () => {
    const { desk } = await asked();
    expect(await desk.issue('Ana')).toBe(await desk.issue('Ana'));
    expect(await desk.issue('Ben')).not.toBe(await desk.issue('Ana'));
    expect(desk.links.kept.size).toBe(2);
  });

  test('two rollouts, two steps and two points have different tokens', async () => {
    const { journey, desk } = await baking(modelSpec({ approvals: { people, required: [] } }));
    const tokens = [await desk.issue('Ana'), await desk.issue('Ana', 'hold-0'), await desk.issue('Ana', 'control-1')];
    await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
    tokens.push(await desk.issue('Ana'));
    expect(new Set(tokens).size).toBe(4);
  });
});
