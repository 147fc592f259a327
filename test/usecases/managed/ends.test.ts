import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { removeGreen } from '../../../lib/usecases/rollback/remove-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import type { NativeDesk } from '../native-desk.ts';
import { checked, deploymentOf, goBack, managedDesk, ready, shifted } from './managed-desk.ts';

let desk: NativeDesk;
beforeEach(async () => {
  desk = await managedDesk();
});
afterEach(() => desk.stop());

test('a rollout does not succeed before ECS has come to its last pause', async () => {
  await checked(desk);
  await ready(desk);
  await desk.service.misbehave({ fault: 'stuck-stage', at: 'web POST_PRODUCTION_TRAFFIC_SHIFT' });
  await shifted(desk, [50, 100]);
  const deployment = await deploymentOf(desk);
  await desk.service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'POST_PRODUCTION_TRAFFIC_SHIFT');

  await expect(finishRollout(desk.owned, desk.world)).rejects.toThrow(
    'ECS has not come to the last pause of deployment',
  );
  expect((await desk.stored()).state.phase).not.toBe('succeeded');
});

test('a rollback is not over before ECS has gone back', async () => {
  await checked(desk);
  const deployment = await ready(desk);
  await desk.shift(0);
  await goBack(desk);

  expect(await desk.service.describe(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  expect((await desk.stored()).state.happened?.GreenRemoved).toBeDefined();
});

test('a rollback says so where ECS cannot end green', async () => {
  await desk.service.misbehave({ fault: 'fail-rollback', service: 'web' });
  await checked(desk);
  await ready(desk);
  await desk.shift(0);
  await goBack(desk);

  const events = await desk.world.store.events(desk.owned.rolloutId, 0);
  expect(events.find(({ event }) => event.type === 'GreenRemoved')?.event).toMatchObject({
    left: expect.stringMatching(/^ECS could not take deployment .* back: /),
  });
  expect(await desk.service.weights()).toEqual([100, 0]);
});

test('an attempt to go back ends where ECS does not come to its end', async () => {
  await checked(desk);
  await ready(desk);
  await desk.restore();
  const { world } = desk;
  const { deployments } = world.runtime;
  if (deployments === undefined) throw new Error('nothing reaches deployments');
  const read = async (arn: string) => {
    const found = await deployments.read(arn);
    return found && { ...found, hasEnded: false };
  };
  const endless = { ...world, runtime: { ...world.runtime, deployments: { ...deployments, read } } };
  const now = world.now().getTime();
  const asked = { ...desk.owned, startedAt: new Date(now).toISOString() };

  expect(await removeGreen(asked, endless)).toEqual({ outcome: 'waiting', waitSeconds: 10 });
  const late = { ...endless, now: () => new Date(now + 15 * 60_000) };
  await expect(removeGreen(asked, late)).rejects.toThrow(
    'ECS has not gone back within 15 min. Traffic is on blue; another attempt looks again.',
  );
});
