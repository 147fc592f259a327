import { beforeEach, describe, expect, test } from '@jest/globals';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { verifyGreen } from '../../../lib/usecases/green/verify-green.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo } from '../journey.ts';
import { untilVerified } from '../until-verified.ts';
import { type Alterations, altered, watched } from '../watched-world.ts';
import { answeringGreen, type Circumstances, type Given, withHeader } from './answering-green.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('ready', { spec: withHeader() });
});

const answering = (answers: (number: number, address: string | undefined) => Given, how?: Circumstances) =>
  answeringGreen(journey, answers, how);
const reason = async () => (await journey.stored()).state.reason;
const verified = async () => (await journey.events('GreenVerified'))[0];

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
