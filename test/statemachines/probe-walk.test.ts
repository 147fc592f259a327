import { expect, test } from '@jest/globals';
import { ProbeNotReady } from '../../lib/ports/probe.ts';
import { modelSpec } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { good, twoPushes } from './two-pushes.ts';

/** A rollout behind an internal load balancer, whose probe cannot ask anything at first. */
async function walked(timesNotReady: number) {
  const world = await twoPushes();
  await world.store.putSpec(modelSpec({ verify: { probe: true } }), 'a test', world.now().toISOString());
  const entrance = { protocol: 'http', host: 'internal.test', port: 80, isInternal: true, vpcId: 'vpc-1' } as const;
  world.router.entranceOf = () => Promise.resolve(entrance);
  const get = world.probe.get.bind(world.probe);
  let asked = 0;
  world.probe.get = (...question) => {
    asked += 1;
    return asked <= timesNotReady
      ? Promise.reject(new ProbeNotReady('its interface is not ready yet'))
      : get(...question);
  };
  const { end } = await walk('rollout', good, world);
  return { end, rollout: await newestRollout(world) };
}

test('a pre-check waits for the network interface of the probe, and the rollout goes on', async () => {
  const { end, rollout } = await walked(20);

  expect(end).toEqual({ status: 'SUCCEEDED' });
  expect(rollout).toMatchObject({ phase: 'succeeded', blueAnswered: true });
});

test('where it is never ready the rollout ends without having changed anything, and says why', async () => {
  const { end, rollout } = await walked(Number.POSITIVE_INFINITY);

  expect(end).toMatchObject({ error: 'RolledBack' });
  expect(rollout).toMatchObject({ phase: 'rolledBack', reason: expect.stringContaining('not ready yet') });
  expect(rollout).not.toHaveProperty('deploymentId');
});
