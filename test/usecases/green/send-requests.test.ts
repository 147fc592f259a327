import { describe, expect, test } from '@jest/globals';
import { runPreCheck } from '../../../lib/usecases/checks/run-pre-check.ts';
import { verifyGreen } from '../../../lib/usecases/green/verify-green.ts';
import { type ProbeAnswer, ProbeNotReady } from '../../../lib/ports/probe.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo } from '../journey.ts';
import { untilVerified } from '../until-verified.ts';
import { altered } from '../watched-world.ts';

const verify = {
  header: 'x-version',
  health: { ready: { path: '/ready' } },
  requests: [
    { name: 'log-in', path: '/login', method: 'POST', body: '{}', capture: { token: { json: 'token' } } },
    { name: 'me', path: '/me', headers: { authorization: 'Bearer {{token}}' } },
  ],
};

const token = 'planted-token-4711';

/** A green that names its version and answers the paths of a test by status; blue answers what comes without the private word. */
function greenWith(journey: Journey, statusOf: (path: string, number: number) => number) {
  const { world } = journey;
  const asked: string[] = [];
  const sent: unknown[] = [];
  const get: World['probe']['get'] = (url, headers, _seconds, _address, body) => {
    const { pathname } = new URL(url);
    const isGreen = [...world.headerRoutes.values()].some(({ header, value }) => headers[header] === value);
    if (isGreen && pathname !== '/health') {
      asked.push(pathname);
      sent.push({ body, authorization: headers['authorization'] });
    }
    const answer: ProbeAnswer = {
      status: isGreen && pathname !== '/health' ? statusOf(pathname, asked.length) : 200,
      milliseconds: 3,
      headers: { 'x-version': isGreen ? goodImage : '411-3c9e1f0' },
      body: JSON.stringify({ token }),
    };
    return Promise.resolve(answer);
  };
  const at = altered(world, { probe: { get } });
  const run = () =>
    untilVerified(journey.owned, at, (milliseconds) => {
      world.time += milliseconds;
    });
  return { asked, sent, at, run };
}

const ready = (spec = modelSpec({ verify })) => journeyTo('ready', { spec });
const outcomes = (looks: readonly { readonly outcome: string }[]) => looks.map(({ outcome }) => outcome);

describe('a green whose spec has requests', () => {
  test('is sent them by the private rule once it has proved itself, and the rule is then gone', async () => {
    const journey = await ready();
    const { asked, sent, run } = greenWith(journey, () => 200);

    expect(outcomes(await run())).toEqual(['waiting', 'verified']);
    expect(asked).toEqual(['/ready', '/login', '/me']);
    expect(sent[1]).toMatchObject({ body: { method: 'POST', body: '{}' } });
    expect(sent[2]).toMatchObject({ authorization: `Bearer ${token}` });
    expect(journey.world.headerRoutes.size).toBe(0);
    expect(await journey.events('GreenRequestsPassed')).toMatchObject([
      {
        results: [
          { name: 'health-ready', saw: 'status 200 in 3 ms', milliseconds: 3 },
          { name: 'log-in' },
          { name: 'me' },
        ],
      },
    ]);
  });

  test('leaves no captured value in record and state', async () => {
    const journey = await ready();
    const looks = await greenWith(journey, (path) => (path === '/me' ? 500 : 200)).run();

    expect(JSON.stringify([looks, await journey.events(), await journey.stored()])).not.toContain(token);
  });

  test('is asked once more after a bad answer', async () => {
    const journey = await ready();
    const { run, asked } = greenWith(journey, (_, number) => (number === 1 ? 503 : 200));

    expect(outcomes(await run())).toEqual(['waiting', 'waiting', 'verified']);
    expect(asked).toHaveLength(6);
  });

  test('that answers badly twice is rolled back before any user reaches it, with every request that failed', async () => {
    const journey = await ready();
    const { run } = greenWith(journey, (path) => (path === '/login' ? 200 : 500));

    expect(outcomes(await run()).at(-1)).toBe('rollBack');
    const { state } = await journey.stored();
    expect(state.reason).toBe(
      'Green did not answer 2 of 3 requests as expected: health-ready: status 500, expected 200 to 299; me: status 500, expected 200 to 299',
    );
    expect(state.weight).toBe(0);
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('is not asked twice by a call that is repeated after all was recorded', async () => {
    const journey = await ready();
    const { run, asked, at } = greenWith(journey, () => 200);
    await run();

    expect(await verifyGreen(journey.owned, at)).toMatchObject({ outcome: 'verified' });
    expect(asked).toHaveLength(3);
  });

  test('whose private rule was lost meanwhile is asked once a new one is live', async () => {
    const journey = await ready();
    const { at, asked } = greenWith(journey, () => 200);
    await verifyGreen(journey.owned, at);
    journey.world.headerRoutes.clear();

    expect(await verifyGreen(journey.owned, at)).toMatchObject({ outcome: 'waiting', waitSeconds: 15 });
    expect(asked).toEqual([]);
    expect(await verifyGreen(journey.owned, at)).toMatchObject({ outcome: 'verified' });
  });

  test('that a probe cannot ask for too long is rolled back, with what kept it', async () => {
    const journey = await ready();
    const { at } = greenWith(journey, () => 200);
    const first = await verifyGreen(journey.owned, at);
    const get = () => Promise.reject(new ProbeNotReady('its network interface is not ready'));
    const deaf = altered(journey.world, { probe: { get } });
    const { progress } = first;

    expect(await verifyGreen({ ...journey.owned, progress }, deaf)).toMatchObject({ outcome: 'waiting' });
    journey.world.time += 601_000;
    expect(await verifyGreen({ ...journey.owned, progress }, deaf)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain(
      'within 600 s (timeouts.verifyGreen): its network interface',
    );
  });
});

test('a green that was proved late is asked a second time after a bad answer, too', async () => {
  const journey = await ready();
  const { at } = greenWith(journey, (_, number) => (number === 1 ? 503 : 200));
  const since = new Date(journey.world.time - 599_000).toISOString();
  const progress = { since, goodAt: since, sent: null, bad: 0 };
  const proved = await verifyGreen({ ...journey.owned, progress }, at);
  journey.world.time += 5_000;
  const first = await verifyGreen({ ...journey.owned, progress: proved.progress }, at);

  expect(first).toMatchObject({ outcome: 'waiting', progress: { bad: 1 } });
  expect(await verifyGreen({ ...journey.owned, progress: first.progress }, at)).toMatchObject({ outcome: 'verified' });
});

describe('the pre-check of blue’s answer', () => {
  const internal = { protocol: 'http', host: 'internal-main.test', port: 80, isInternal: true } as const;

  test('refuses requests that cannot reach green', async () => {
    const { owned, world } = await journeyTo('opened', { spec: modelSpec({ verify: { requests: verify.requests } }) });
    const router = { entranceOf: () => Promise.resolve(internal) };

    const { passed, saw } = await runPreCheck({ ...owned, check: 'answer' }, altered(world, { router }));

    expect({ passed, saw }).toEqual({
      passed: false,
      saw: expect.stringContaining('no request of verify can reach green'),
    });
  });

  test('refuses a request that another rule would answer', async () => {
    const { owned, world } = await journeyTo('opened', { spec: modelSpec({ verify }) });
    const rulesOf: World['router']['rulesOf'] = () =>
      Promise.resolve([
        {
          arn: 'arn:of-login',
          isDefault: false,
          priority: 0,
          conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/login'] } }],
          actions: [],
        },
      ]);

    const found = await runPreCheck({ ...owned, check: 'answer' }, altered(world, { router: { rulesOf } }));

    expect(found).toMatchObject({
      passed: false,
      saw: expect.stringContaining('/login is answered by rule arn:of-login'),
    });
  });
});
