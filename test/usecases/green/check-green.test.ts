import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentProgress } from '../../../lib/drivers/slot-runtime.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import type { World } from '../../../lib/ports/world.ts';
import { digestOf } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('deployed');
});

const progressing = (progress: Partial<DeploymentProgress>): World =>
  altered(journey.world, {
    runtime: {
      progress: () => Promise.resolve({ state: 'completed', running: 2, desired: 2, reason: '', ...progress }),
    },
  });
const running = (...digests: readonly string[]): World =>
  altered(journey.world, { runtime: { runningDigests: () => Promise.resolve(digests) } });
const withHealth = (healthy: number): World =>
  altered(journey.world, {
    router: { targetHealth: () => Promise.resolve({ healthy, unhealthy: 2 - healthy, total: 2 }) },
  });
const check = (world: World) => checkGreen(journey.owned, world);
const later = (seconds: number) => {
  journey.world.time += seconds * 1000;
};
const state = async () => (await journey.stored()).state;

describe('green', () => {
  test('is ready when it is steady, every target healthy and nothing but the pinned image runs', async () => {
    expect(await check(journey.world)).toEqual({ outcome: 'ready' });
    expect((await state()).phase).toBe('verifying');
  });

  // The spec's time is 600 s.
  const notYet: readonly (readonly [string, () => World, string])[] = [
    [
      'tasks are starting',
      () => progressing({ state: 'inProgress', running: 1, reason: 'starting.' }),
      '1 of 2 tasks running. starting.',
    ],
    ['a target is not healthy', () => withHealth(1), '1 of 2 targets healthy'],
    ['another image runs', () => running(digestOf('d')), `it runs ${digestOf('d')}, not ${digestOf('b')}`],
    [
      'the former image still runs beside it',
      () => running(digestOf('a'), digestOf('b')),
      `it runs ${digestOf('a')}, ${digestOf('b')}, not`,
    ],
    ['ECS tells no digest', () => running(), 'nothing of which ECS tells the digest'],
    ['somebody scaled it to zero', () => progressing({ desired: 0, running: 0 }), 'scaled to zero by others'],
  ];

  test.each(notYet)('is waited for while %s', async (_, world) => {
    later(600);

    expect(await check(world())).toEqual({ outcome: 'waiting' });
    expect((await state()).phase).toBe('provisioning');
  });

  test.each(notYet)('is rolled back where %s for too long, and says so', async (_, world, reason) => {
    later(600.001);

    expect(await check(world())).toEqual({ outcome: 'rollBack' });
    const { phase, reason: said } = await state();
    expect(phase).toBe('rollingBack');
    expect(said).toMatch(/^Green was not ready within 600 s: /);
    expect(said).toContain(reason);
  });

  test.each([
    ['failed', 'the circuit breaker was triggered'],
    ['gone', 'deployment ecs-svc/3 was replaced by another'],
  ] as const)('whose deployment is %s is rolled back at once, with the reason', async (outcome, reason) => {
    expect(await check(progressing({ state: outcome, reason }))).toEqual({ outcome: 'rollBack' });
    expect((await state()).reason).toBe(`Green could not be provisioned: ${reason}`);
  });

  test.each([1, 2])('is believed to be gone only where three readings say so, not %s', async (stale) => {
    const fresh = journey.world.runtime.progress.bind(journey.world.runtime);
    let readings = 0;
    const progress: World['runtime']['progress'] = async (...given) => {
      readings += 1;
      const now = await fresh(...given);
      return readings <= stale ? { ...now, state: 'gone', reason: 'it was replaced' } : now;
    };

    expect(await check(altered(journey.world, { runtime: { progress } }))).toEqual({ outcome: 'ready' });
  });

  test('that somebody else deploys to is rolled back, whatever runs there', async () => {
    await journey.world.runtime.deploy({ cluster: 'main', service: 'web-b' }, `web:${digestOf('b')}`, 2);

    expect(await check(journey.world)).toEqual({ outcome: 'rollBack' });
    expect((await state()).reason).toContain('replaced');
  });

  test('in time is ready although its time is over when it is asked', async () => {
    later(10_000);

    expect(await check(journey.world)).toEqual({ outcome: 'ready' });
  });
});

test('a rollout without a deployment cannot be asked', async () => {
  const checked = await journeyTo('checked');

  await expect(checkGreen(checked.owned, checked.world)).rejects.toThrow('has no deployment of green to check');
});
