import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ProbeAnswer } from '../../lib/ports/probe.ts';
import { openHeaderRoute } from '../../lib/tasks/open-header-route.ts';
import { verifyGreen } from '../../lib/tasks/verify-green.ts';
import type { World } from '../../lib/tasks/world.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';
import { type Journey, journeyTo } from './journey.ts';
import { altered, watched } from './watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('ready');
});

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Header values for which a rule leads to green at that moment. */
  readonly routed: readonly string[];
}

/** A green whose answers a test decides; each takes its time, up to the time-out. */
function answering(answers: (number: number) => number | 'silence' | Error, seconds = 0.01) {
  const asked: Asked[] = [];
  const { world } = journey;
  const get: World['probe']['get'] = (url, headers, timeoutSeconds) => {
    const routed = [...world.headerRoutes.values()].map(({ value }) => value);
    asked.push({ url, headers, timeoutSeconds, routed });
    const answer = answers(asked.length);
    if (answer === 'silence' || seconds > timeoutSeconds) {
      world.time += timeoutSeconds * 1000;
      return Promise.reject(new Error(`no whole answer within ${timeoutSeconds} s`));
    }
    world.time += seconds * 1000;
    if (answer instanceof Error) return Promise.reject(answer);
    const given: ProbeAnswer = { status: answer, milliseconds: seconds * 1000 };
    return Promise.resolve(given);
  };
  return { asked, run: () => verifyGreen(journey.owned, altered(world, { probe: { get } })) };
}

const reason = async () => (await journey.stored()).state.reason;

describe('a green that answers well', () => {
  test('is asked three times by a header that only this rollout knows, at its health path', async () => {
    const { asked, run } = answering(() => 204);

    expect(await run()).toEqual({ outcome: 'verified' });
    expect(asked).toHaveLength(3);
    const [{ headers, routed } = { headers: {}, routed: [] }] = asked;
    expect(Object.keys(headers)).toEqual(['x-sluice-verify']);
    expect(routed).toEqual(Object.values(headers));
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(['http://127.0.0.1:1/health']));
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('is recorded with what it said', async () => {
    await answering(() => 200).run();
    const events = await journey.world.store.events(journey.rolloutId, 0);

    expect(events.at(-1)?.event).toMatchObject({ type: 'GreenVerified', status: 200, milliseconds: 10 });
  });

  test('uses another word in each rollout', async () => {
    const first = answering(() => 200);
    await first.run();
    journey = await journeyTo('ready');
    journey.world.randomWord();
    const second = answering(() => 200);
    await second.run();

    expect(second.asked[0]?.headers).not.toEqual(first.asked[0]?.headers);
  });

  test('is asked where the spec says', async () => {
    const spec = modelSpec({ url: 'https://shop.example.com', healthPath: '/live?deep=1' });
    journey = await journeyTo('ready', { spec });
    const { asked, run } = answering(() => 200);
    await run();

    expect(asked[0]?.url).toBe('https://shop.example.com/live?deep=1');
  });
});

describe('a green that does not', () => {
  test.each([
    ['answers 500', () => 500, 'status 500'],
    ['redirects', () => 302, 'status 302'],
    ['says nothing', () => 'silence', 'no whole answer within 2 s'],
    ['refuses the connection', () => new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    ['flaps: every third answer is bad', (number) => (number % 3 === 0 ? 503 : 200), /status 503|not often enough/],
    ['flaps: every other answer is bad', (number) => (number % 2 === 0 ? 503 : 200), /status 503|not often enough/],
  ] as const satisfies readonly (readonly [string, (number: number) => number | 'silence' | Error, string | RegExp])[])(
    '%s is rolled back, with what it said',
    async (_, answers, said) => {
      const { run } = answering(answers);

      expect(await run()).toEqual({ outcome: 'rollBack' });
      expect(await reason()).toContain('Green did not answer well at http://127.0.0.1:1/health');
      expect(await reason()).toMatch(said);
      expect(journey.world.headerRoutes.size).toBe(0);
    },
  );

  test('at first is given the time that a new rule takes to reach every node', async () => {
    const { asked, run } = answering((number) => (number <= 5 ? 404 : 200));

    expect(await run()).toEqual({ outcome: 'verified' });
    expect(asked).toHaveLength(8);
  });

  test('answer three times in a row is not verified: two good ones and a bad one are none', async () => {
    const { asked, run } = answering((number) => [200, 200, 500, 200, 200, 200][number - 1] ?? 500);

    expect(await run()).toEqual({ outcome: 'verified' });
    expect(asked).toHaveLength(6);
  });
});

describe('however slow green is', () => {
  test.each([0.01, 1, 2.9, 5, 9.9, 60])(
    'at %s s an answer the function ends within its 15 s, its rule removed',
    async (seconds) => {
      journey = await journeyTo('ready', { spec: modelSpec({ timeouts: { verifyRequest: '10s' } }) });
      const started = journey.world.time;
      await answering((number) => (number === 1 ? 500 : 200), seconds).run();

      expect((journey.world.time - started) / 1000).toBeLessThanOrEqual(12);
      expect(journey.world.headerRoutes.size).toBe(0);
    },
  );

  test('a request is waited for as long as the spec says', async () => {
    const { asked, run } = answering(() => 200);
    await run();

    expect(asked.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([2, 2, 2]);
  });
});

describe('the rule for it', () => {
  test('is removed also where an unforeseen error comes between', async () => {
    const probe = { get: () => Promise.resolve({ status: 500, milliseconds: 1 }) };
    const world = altered(journey.world, { probe, sleep: () => Promise.reject(new Error('out of memory')) });

    await expect(verifyGreen(journey.owned, world)).rejects.toThrow('out of memory');
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('is not made where it cannot be asked for', async () => {
    const { world, changes } = watched(journey.world, (call) => {
      if (call === 'router.urlOf') throw new Error('throttled');
    });

    await expect(verifyGreen(journey.owned, world)).rejects.toThrow('throttled');
    expect(changes()).toEqual([]);
  });

  test('that outlived its function goes with the opening of the header route', async () => {
    const { world } = watched(journey.world, (call) => {
      if (call === 'router.closeHeaderRoute') throw new Error('killed');
    });
    await expect(verifyGreen(journey.owned, world)).rejects.toThrow('killed');
    expect(journey.world.headerRoutes.size).toBe(1);

    await verifyGreen(journey.owned, journey.world);
    await openHeaderRoute(journey.owned, journey.world);

    expect([...journey.world.headerRoutes.values()].map(({ header }) => header)).toEqual(['canary']);
  });

  test('stands beside the rule that carries the traffic', async () => {
    const routes: unknown[] = [];
    const spied = altered(journey.world, {
      router: {
        openHeaderRoute: (route) => {
          routes.push(route);
          return journey.world.router.openHeaderRoute(route);
        },
      },
    });
    await verifyGreen(journey.owned, spied);

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
