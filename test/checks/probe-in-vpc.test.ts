import { describe, expect, test } from '@jest/globals';
import { ProbeNotReady } from '../../lib/ports/probe.ts';
import { healthCheckBlue } from '../../lib/usecases/rollback/health-check-blue.ts';
import { proofOf } from '../../lib/checks/answers/green-proof.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import { modelSpec, type ModelWorld } from '../model/model-world.ts';
import { journeyTo, rollbackTo } from '../usecases/journey.ts';
import { untilVerified } from '../usecases/until-verified.ts';
import { altered } from '../usecases/watched-world.ts';

const internal = { protocol: 'http', host: 'internal-main.test', port: 80, isInternal: true, vpcId: 'vpc-1' } as const;
const entrance = { entranceOf: () => Promise.resolve(internal) };
const spec = modelSpec({ verify: { probe: true } });

/** Nothing outside the VPC reaches the load balancer; the probe in it does, once it is ready. */
function inside(world: ModelWorld, isReady: () => boolean = () => true) {
  const get = world.probe.get.bind(world.probe);
  return altered(world, {
    router: entrance,
    probe: {
      get: () => Promise.reject(new Error('ETIMEDOUT')),
      inVpc: (vpcId) => {
        world.probedVpcs.push(vpcId);
        return {
          addressesOf: (host) => Promise.resolve([host]),
          get: (...asked) =>
            isReady() ? get(...asked) : Promise.reject(new ProbeNotReady('the network interface is not ready yet')),
        };
      },
    },
  });
}

test.each([
  [undefined, 'targetHealth'],
  [{ probe: false }, 'targetHealth'],
  [{ probe: true }, 'requests'],
  [{ by: 'targetHealth' }, 'targetHealth'],
] as const)('an internal load balancer with verify %j is verified by %s', async (verify, by) => {
  const { state } = await (await journeyTo('opened', { spec: modelSpec({ verify }) })).stored();

  expect(proofOf(state, internal)).toEqual({ by });
});

describe('behind an internal load balancer with a probe', () => {
  test('the pre-check asks blue through the probe of its VPC', async () => {
    const { owned, world } = await journeyTo('opened', { spec });

    const found = await runPreCheck({ ...owned, check: 'answer' }, inside(world));

    expect(found).toMatchObject({
      passed: true,
      answered: true,
      saw: 'status 200 at http://internal-main.test/health',
    });
    expect(new Set(world.probedVpcs)).toEqual(new Set(['vpc-1']));
  });

  test('a probe that is not ready is no answer: the state machine runs the pre-check again', async () => {
    const { owned, world } = await journeyTo('opened', { spec });

    await expect(
      runPreCheck(
        { ...owned, check: 'answer' },
        inside(world, () => false),
      ),
    ).rejects.toThrow(ProbeNotReady);
  });

  test('a load balancer in no known VPC is an error that says so', async () => {
    const { owned, world } = await journeyTo('opened', { spec });
    const { vpcId: _, ...nowhere } = internal;
    const router = { entranceOf: () => Promise.resolve(nowhere) };

    await expect(runPreCheck({ ...owned, check: 'answer' }, altered(world, { router }))).rejects.toThrow(
      'internal-main.test has no VPC',
    );
  });

  test('green is verified through it, after its network interface was waited for', async () => {
    const { owned, world, stored } = await ready();
    const begins = world.time;

    const looks = await untilVerified(
      owned,
      inside(world, () => world.time - begins > 180_000),
      passTime(world),
    );

    expect(looks.at(-1)?.outcome).toBe('verified');
    expect(looks.length).toBeGreaterThan(10);
    expect((await stored()).state.phase).toBe('verifying');
  });

  test('one that never gets ready ends the verification at its cap, and says why', async () => {
    const { owned, world, stored } = await ready();

    const looks = await untilVerified(
      owned,
      inside(world, () => false),
      passTime(world),
    );

    expect(looks.at(-1)?.outcome).toBe('rollBack');
    expect((await stored()).state.reason).toMatch(/^Nothing proved within 600 s .*network interface is not ready yet/);
  });

  test('after a rollback blue is asked through it', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { spec });

    const look = await healthCheckBlue({ ...journey.owned, since: 'now' }, inside(journey.world));

    expect(look).toMatchObject({ outcome: 'answered', cause: 'blue answered 200 at http://internal-main.test/health' });
    expect(journey.world.probedVpcs).toContain('vpc-1');
  });

  test('blue is judged by its targets’ health where the probe cannot ask', async () => {
    const journey = await rollbackTo('confirmed', 'shifted', () => undefined, { spec });

    const look = await healthCheckBlue(
      { ...journey.owned, since: 'now' },
      inside(journey.world, () => false),
    );

    expect(look).toMatchObject({ outcome: 'answered', cause: expect.stringContaining('no network interface yet') });
  });
});

async function ready() {
  const journey = await journeyTo('ready', { spec });
  return { owned: journey.owned, world: journey.world, stored: () => journey.stored() };
}

function passTime(world: ModelWorld) {
  return (milliseconds: number) => {
    world.time += milliseconds;
  };
}
