import { beforeEach, describe, expect, test } from '@jest/globals';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { verifyGreen } from '../../../lib/usecases/green/verify-green.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo } from '../journey.ts';
import { untilVerified } from '../until-verified.ts';
import { type Alterations, altered, watched } from '../watched-world.ts';

let journey: Journey;

/** The next journey's spec names the version in a header. */
const withHeader = (overrides = {}) => modelSpec({ verify: { header: 'x-version' }, ...overrides });

beforeEach(async () => {
  journey = await journeyTo('ready', { spec: withHeader() });
});

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly address: string | undefined;
}

type Given = number | 'silence' | Error | 'blue' | 'other';

interface Circumstances {
  readonly seconds?: number;
  /** Header that says the version, as green and blue give it. */
  readonly shown?: { readonly green?: string; readonly blue?: string };
  readonly addresses?: readonly string[];
  readonly parts?: Alterations;
}

/**
 * A service whose answers to the private word a test decides, one by one; `blue` is blue's answer where the rule is not live,
 * `other` another service's. What reaches green is counted for its target group.
 */
function answering(answers: (number: number, address: string | undefined) => Given, how: Circumstances = {}) {
  const { seconds = 0.01, shown = { green: goodImage, blue: '411-3c9e1f0' }, addresses = ['127.0.0.1'], parts } = how;
  const asked: Asked[] = [];
  const { world } = journey;
  const get: World['probe']['get'] = (url, headers, timeoutSeconds, address) => {
    const isPrivate = [...world.headerRoutes.values()].some(({ header, value }) => headers[header] === value);
    if (isPrivate) asked.push({ url, headers, timeoutSeconds, address });
    const answer = isPrivate ? answers(asked.length, address) : 'blue';
    if (answer === 'silence' || seconds > timeoutSeconds) {
      world.time += timeoutSeconds * 1000;
      return Promise.reject(new Error(`no whole answer within ${timeoutSeconds} s`));
    }
    world.time += seconds * 1000;
    if (answer instanceof Error) return Promise.reject(answer);
    if (typeof answer === 'number') world.countProbe(headers);
    const version = typeof answer === 'number' ? shown.green : answer === 'blue' ? shown.blue : undefined;
    return Promise.resolve({
      status: typeof answer === 'number' ? answer : 200,
      milliseconds: seconds * 1000,
      headers: version === undefined ? {} : { 'x-version': version },
      body: 'ok',
    });
  };
  const probe = { get, addressesOf: () => Promise.resolve(addresses) };
  const at = altered(world, { ...parts, probe });
  return {
    asked,
    look: () => verifyGreen(journey.owned, at),
    run: async () =>
      (
        await untilVerified(journey.owned, at, (milliseconds) => {
          world.time += milliseconds;
        })
      ).map(({ outcome }) => outcome),
  };
}

const reason = async () => (await journey.stored()).state.reason;
const verified = async () => (await journey.events('GreenVerified'))[0];

describe('a green whose answers name its version', () => {
  test('is asked three times by a header that only this rollout knows, at its health path', async () => {
    const { asked, run } = answering(() => 204);

    expect(await run()).toEqual(['verified']);
    expect(asked).toHaveLength(3);
    const [{ headers } = { headers: {} }] = asked;
    expect(Object.keys(headers)).toEqual(['x-sluice-verify']);
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(['http://127.0.0.1:1/health']));
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('is asked on every node of the load balancer', async () => {
    const { asked, run } = answering(() => 200, { addresses: ['10.0.0.1', '10.0.0.2'] });

    expect(await run()).toEqual(['verified']);
    expect(asked.map(({ address }) => address)).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.1',
      '10.0.0.2',
    ]);
  });

  test('is recorded with what it said, and what proved it', async () => {
    await answering(() => 200).run();

    expect(await verified()).toMatchObject({ status: 200, milliseconds: 10, proof: 'version' });
  });

  test('uses another word in each rollout, and the same at each look', async () => {
    const first = answering((number) => (number < 50 ? 'blue' : 200));
    await first.run();
    const [word, ...others] = new Set(first.asked.map(({ headers }) => headers['x-sluice-verify']));
    journey = await journeyTo('ready', { spec: withHeader() });
    journey.world.randomWord();
    const second = answering(() => 200);
    await second.run();

    expect(others).toEqual([]);
    expect(second.asked[0]?.headers['x-sluice-verify']).not.toBe(word);
  });

  test('is asked where the spec says', async () => {
    journey = await journeyTo('ready', {
      spec: withHeader({ url: 'https://shop.example.com', healthPath: '/live?deep=1' }),
    });
    const { asked, run } = answering(() => 200);
    await run();

    expect(asked[0]?.url).toBe('https://shop.example.com/live?deep=1');
  });

  test('may name it in a field of its body', async () => {
    journey = await journeyTo('ready', {
      spec: modelSpec({ verify: { bodyField: 'build.commit', expects: 'commit' } }),
    });
    const { world } = journey;
    const get: World['probe']['get'] = (_, headers) => {
      const commit = 'x-sluice-verify' in headers ? '9f8d111aa0c3' : '3c9e1f0';
      return Promise.resolve({ status: 200, milliseconds: 1, body: JSON.stringify({ build: { commit } }) });
    };

    const [{ outcome } = { outcome: '' }] = await untilVerified(
      journey.owned,
      altered(world, { probe: { get } }),
      () => 0,
    );
    expect(outcome).toBe('verified');
  });
});

describe('a rule that is late', () => {
  test.each([2, 10, 40])(
    'by %s s is waited for, and blue’s good answers are not taken for green’s',
    async (seconds) => {
      const live = journey.world.time + seconds * 1000;
      const { run } = answering(() => (journey.world.time < live ? 'blue' : 200));

      expect((await run()).at(-1)).toBe('verified');
      expect(journey.world.time).toBeGreaterThanOrEqual(live);
    },
  );

  test('on one node of two is waited for', async () => {
    const live = journey.world.time + 10_000;
    const { run } = answering((_, address) => (address === '10.0.0.2' && journey.world.time < live ? 'blue' : 200), {
      addresses: ['10.0.0.1', '10.0.0.2'],
    });

    expect((await run()).at(-1)).toBe('verified');
    expect(journey.world.time).toBeGreaterThanOrEqual(live);
  });

  test('beside one that authenticates: the redirect to the login is not green’s answer', async () => {
    const live = journey.world.time + 10_000;
    const { world } = journey;
    const get: World['probe']['get'] = (_, headers) => {
      world.time += 10;
      const isGreen = 'x-sluice-verify' in headers && world.time >= live;
      return Promise.resolve(
        isGreen
          ? { status: 200, milliseconds: 1, headers: { 'x-version': goodImage } }
          : { status: 302, milliseconds: 1, headers: { location: 'https://login.example.com' } },
      );
    };
    const looks = await untilVerified(journey.owned, altered(world, { probe: { get } }), (ms) => {
      world.time += ms;
    });

    expect(looks.at(-1)?.outcome).toBe('verified');
    expect(world.time).toBeGreaterThanOrEqual(live);
  });
});

describe('good answers that are not green’s', () => {
  test.each(['blue', 'other'] as const)(
    'of %s are never a verification, and the reason says what came',
    async (who) => {
      const { run } = answering(() => who);

      expect((await run()).at(-1)).toBe('rollBack');
      expect(await reason()).toContain(
        `header x-version ${who === 'blue' ? 'says "411-3c9e1f0"' : 'is not there'}, expected "${goodImage}"`,
      );
      expect(journey.world.headerRoutes.size).toBe(0);
    },
  );

  test('prove nothing where the same version answers without the private header too: then counts decide', async () => {
    const { run } = answering(() => 'blue', { shown: { green: goodImage, blue: goodImage } });

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain("good answers, but green's target group counted 0 of 10 requests");
    expect(await verified()).toBeUndefined();
  });
});

describe('a green that does not answer well', () => {
  test.each([
    ['answers 500', () => 500, 'status 500'],
    ['redirects', () => 302, 'status 302'],
    ['says nothing', () => 'silence', 'no whole answer within 2 s'],
    ['refuses the connection', () => new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    ['flaps: every third answer is bad', (number) => (number % 3 === 0 ? 503 : 200), /status 503|not often enough/],
    ['flaps: every other answer is bad', (number) => (number % 2 === 0 ? 503 : 200), /status 503|not often enough/],
  ] as const satisfies readonly (readonly [string, (number: number) => Given, string | RegExp])[])(
    '%s is rolled back within two minutes, with what it said',
    async (_, answers, said) => {
      const started = journey.world.time;
      const { run } = answering(answers);

      expect((await run()).at(-1)).toBe('rollBack');
      expect(await reason()).toContain('Green did not answer well at http://127.0.0.1:1/health');
      expect(await reason()).toMatch(said);
      expect(journey.world.headerRoutes.size).toBe(0);
      expect(journey.world.time - started).toBeLessThan(120_000);
    },
  );

  test('three times in a row is not verified: two good ones and a bad one are none', async () => {
    const { asked, run } = answering((number) => [200, 200, 500, 200, 200, 200][number - 1] ?? 500);

    expect(await run()).toEqual(['verified']);
    expect(asked).toHaveLength(6);
  });
});

describe('without a version in the answers', () => {
  beforeEach(async () => {
    journey = await journeyTo('ready', { spec: modelSpec({ period: '60s', lag: '2m' }) });
  });

  test('green is verified once its target group has counted every request', async () => {
    const started = journey.world.time;
    const { asked, run } = answering(() => 200);

    expect((await run()).at(-1)).toBe('verified');
    expect(await verified()).toMatchObject({ proof: 'requests', requests: 10, counted: 10, status: 200 });
    expect(asked).toHaveLength(10);
    expect(journey.world.time - started).toBeGreaterThanOrEqual(15_000);
  });

  test.each(['blue', 'other'] as const)('good answers of %s are not: it is rolled back at the cap', async (who) => {
    const started = journey.world.time;
    const { run } = answering(() => who);

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toMatch(
      /^Nothing proved within 600 s that green answered .*green's target group counted 0 of 10 requests/,
    );
    expect(journey.world.time - started).toBeLessThan(640_000);
  });

  test('one request of ten that another rule took is no verification', async () => {
    const { run } = answering((number) => (number % 10 === 3 ? 'other' : 200));

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('counted 9 of 10 requests');
  });

  test('a bad answer that its target group counted is green’s own', async () => {
    const { run } = answering(() => 500);

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('Green did not answer well');
  });

  test('users who were on that slot until just now are waited out', async () => {
    const started = journey.world.time;
    const { metrics } = journey.world;
    const parts: Alterations = {
      metrics: {
        read: async (question) =>
          (await metrics.read(question)).map((row) => {
            const isOld = row.at * 1000 < started + 30_000;
            return isOld ? { ...row, green: { requests: 500 + (row.green['requests'] ?? 0) } } : row;
          }),
      },
    };
    const { run } = answering(() => 200, { parts });

    expect((await run()).at(-1)).toBe('verified');
    expect(await verified()).toMatchObject({ requests: 10, counted: 10 });
  });

  test('requests that reach green by another rule prove nothing', async () => {
    const parts: Alterations = {
      metrics: {
        read: ({ from, to }) =>
          Promise.resolve([
            { at: from, blue: {}, green: { requests: 40 } },
            { at: to - 60, blue: {}, green: { requests: 40 } },
          ]),
      },
    };
    const { run } = answering(() => 'other', { parts });

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('so its counts prove nothing');
  });

  test('counts that CloudWatch does not tell are said to be unknown, and end at the cap', async () => {
    const parts: Alterations = { metrics: { read: () => Promise.reject(new Error('CloudWatch is unreachable')) } };
    const { run } = answering(() => 200, { parts });

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('who answered could not be found out: CloudWatch is unreachable');
  });

  test('the cap is the spec’s', async () => {
    journey = await journeyTo('ready', { spec: modelSpec({ timeouts: { verifyGreen: '90s' } }) });
    const started = journey.world.time;
    await answering(() => 'blue').run();

    expect(journey.world.time - started).toBeLessThan(120_000);
    expect(await reason()).toContain('within 90 s');
  });
});

test('users that a changed rule sends to green before it is verified end the verification at the next look', async () => {
  const { look } = answering(() => 'blue');
  await look();
  journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

  expect(await look()).toMatchObject({ outcome: 'rollBack' });
  expect(await reason()).toContain(`${modelArns.rule} was changed before green was verified`);
  expect(journey.world.headerRoutes.size).toBe(0);
});

describe('by target health', () => {
  const healthy = (healthy: number, unhealthy: number): Alterations => ({
    router: { targetHealth: () => Promise.resolve({ healthy, unhealthy, total: healthy + unhealthy }) },
  });

  beforeEach(async () => {
    journey = await journeyTo('ready', { spec: modelSpec({ verify: { by: 'targetHealth' } }) });
  });

  test('no request is sent and no rule is made', async () => {
    const { world, changes } = watched(journey.world);

    expect(await verifyGreen(journey.owned, world)).toMatchObject({ outcome: 'verified' });
    expect(await verified()).toEqual({ type: 'GreenVerified', healthy: 2, proof: 'targetHealth' });
    expect(changes()).toEqual([]);
    expect(journey.world.probed).toEqual([]);
  });

  test.each([
    [0, 0],
    [0, 2],
    [1, 1],
  ])('%s healthy and %s unhealthy targets are no verification', async (good, bad) => {
    const at = altered(journey.world, healthy(good, bad));
    const looks = await untilVerified(journey.owned, at, (ms) => {
      journey.world.time += ms;
    });

    expect(looks.at(-1)?.outcome).toBe('rollBack');
    expect(await reason()).toContain(`${good} of ${good + bad} targets are healthy`);
  });

  test('is what an internal load balancer gets by itself: no function reaches it', async () => {
    journey = await journeyTo('ready');
    const entrance = { protocol: 'http', host: 'internal-main.test', port: 80, isInternal: true } as const;
    const { world } = journey;

    await verifyGreen(journey.owned, altered(world, { router: { entranceOf: () => Promise.resolve(entrance) } }));
    expect(await verified()).toMatchObject({ proof: 'targetHealth' });
  });
});

describe('the request meets the conditions of the rule', () => {
  test('by host and header: the load balancer is connected to, under the name that the rule asks for', async () => {
    const [read] = await journey.world.router.read([{ rule: modelArns.rule }]);
    if (read === undefined) throw new Error('no rule');
    const conditions = [
      { Field: 'host-header', Values: ['*.example.com', 'shop.example.com'] },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Tenant', Values: ['blue-*', 'one'] } },
    ];
    const resolved: string[] = [];
    const { asked } = answering(() => 200);
    const { world } = journey;
    const spied = altered(world, {
      router: { read: () => Promise.resolve([{ ...read, conditions }]) },
      probe: {
        get: (url, headers, timeoutSeconds, address) => {
          asked.push({ url, headers, timeoutSeconds, address });
          const isPrivate = 'x-sluice-verify' in headers;
          return Promise.resolve({
            status: 200,
            milliseconds: 1,
            headers: isPrivate ? { 'x-version': goodImage } : {},
          });
        },
        addressesOf: (host) => {
          resolved.push(host);
          return Promise.resolve(['10.0.0.9']);
        },
      },
    });
    await verifyGreen(journey.owned, spied);

    expect(asked[1]).toMatchObject({
      url: 'http://shop.example.com:1/health',
      headers: { 'x-tenant': 'one' },
      address: '10.0.0.9',
    });
    expect(new Set(resolved)).toEqual(new Set(['127.0.0.1']));
  });
});

describe('however slow green is', () => {
  test.each([0.01, 1, 2.9, 5, 9.9, 60])('at %s s an answer each look ends within its 15 s', async (seconds) => {
    journey = await journeyTo('ready', { spec: withHeader({ timeouts: { verifyRequest: '10s' } }) });
    const started = journey.world.time;
    await answering((number) => (number === 1 ? 500 : 200), { seconds }).look();

    expect((journey.world.time - started) / 1000).toBeLessThanOrEqual(12);
  });

  test('a request is waited for as long as the spec says', async () => {
    const { asked, run } = answering(() => 200);
    await run();

    expect(asked.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([2, 2, 2]);
  });
});

describe('the rule for it', () => {
  test('stays from look to look, and is found again by a call that is repeated', async () => {
    const { look } = answering(() => 'blue');
    await look();
    await look();

    expect(journey.world.headerRoutes.size).toBe(1);
  });

  test('is not made where it cannot be asked for', async () => {
    const { world, changes } = watched(journey.world, (call) => {
      if (call === 'router.entranceOf') throw new Error('throttled');
    });

    await expect(verifyGreen(journey.owned, world)).rejects.toThrow('throttled');
    expect(changes()).toEqual([]);
  });

  test('that outlived its function goes with the opening of the header route', async () => {
    const { run } = answering(() => 200, {
      parts: { router: { closeHeaderRoute: () => Promise.reject(new Error('killed')) } },
    });
    await expect(run()).rejects.toThrow('killed');
    expect(journey.world.headerRoutes.size).toBe(1);

    await answering(() => 200).run();
    await openHeaderRoute(journey.owned, journey.world);

    expect([...journey.world.headerRoutes.values()].map(({ header }) => header)).toEqual(['canary']);
  });

  test('stands beside the rule that carries the traffic', async () => {
    const routes: unknown[] = [];
    const router: Alterations['router'] = {
      openHeaderRoute: (route) => {
        routes.push(route);
        return journey.world.router.openHeaderRoute(route);
      },
    };
    await answering(() => 200, { parts: { router } }).run();

    expect(routes).toEqual([
      expect.objectContaining({
        besideRule: modelArns.rule,
        listenerArn: modelArns.listener,
        targetGroup: modelArns.groupB,
        rolloutId: journey.rolloutId,
      }),
    ]);
  });
});
