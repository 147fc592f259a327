import { expect, test } from '@jest/globals';
import { ServiceError } from '../model/integrations.ts';
import { modelArns } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { stoppedInMidShift, twoPushes } from './two-pushes.ts';

test('a rollback that is throttled to its end says so, opens no emergency, and is over once calls go through', async () => {
  const world = await twoPushes();
  const { rolloutId } = await stoppedInMidShift(world);
  let fails = true;
  const before = (state: string) => {
    if (fails && state === 'RestoreRule') throw new ServiceError('ElasticLoadBalancingV2.ThrottlingException');
    if (fails && state === 'RestoreByFunction') throw new ServiceError('ThrottlingException');
  };
  const first = await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-1`);
  const during = await newestRollout(world);
  fails = false;
  await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-2`);

  expect(first.end).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(during.matters?.map(({ type }) => type)).toContain('RestorationThrottled');
  expect(during.matters?.map(({ type }) => type)).not.toContain('TrafficNotRestored');
  expect((await newestRollout(world)).matters?.map(({ type }) => type) ?? []).not.toContain('RestorationThrottled');
  expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
});
