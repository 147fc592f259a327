import { beforeEach, describe, expect, test } from '@jest/globals';
import type { World } from '../../../lib/ports/world.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo } from '../journey.ts';
import { untilVerified } from '../until-verified.ts';
import { altered } from '../watched-world.ts';
import { answeringGreen, type Circumstances, type Given, withHeader } from './answering-green.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('ready', { spec: withHeader() });
});

const answering = (answers: (number: number, address: string | undefined) => Given, how?: Circumstances) =>
  answeringGreen(journey, answers, how);
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

  test.each([6.7, 6.9])(
    'by %s s, too late for three good answers of the first evaluation, is asked again a second later',
    async (seconds) => {
      const began = journey.world.time;
      const { run } = answering(() => (journey.world.time < began + seconds * 1000 ? 'blue' : 200));

      expect(await run()).toEqual(['waiting', 'verified']);
      expect((journey.world.time - began) / 1000).toBeLessThan(9);
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
