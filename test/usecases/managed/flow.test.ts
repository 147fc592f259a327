import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { otherDeployment } from '../../../lib/checks/other-deployment.ts';
import { receiveHook } from '../../../lib/usecases/attached/receive-hook.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { sizeGreen } from '../../../lib/usecases/green/size-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { failuresIn, steadyTraffic } from '../../fleet/traffic.ts';
import { eventually } from '../../setup/eventually.ts';
import type { NativeDesk } from '../native-desk.ts';
import {
  begunUnrecorded,
  checked,
  definitions,
  deploymentOf,
  finished,
  goBack,
  managedDesk,
  ready,
  shifted,
} from './managed-desk.ts';

let desk: NativeDesk;
beforeEach(async () => {
  desk = await managedDesk();
});
afterEach(() => desk.stop());

describe('a rollout that begins the deployment of ECS', () => {
  test('gives it its own steps, without bakes, and a pause wherever it judges', async () => {
    await checked(desk);
    expect(await desk.service.deployments()).toEqual([]);
    const deployment = await ready(desk);

    expect((await desk.service.describe(deployment)).deploymentConfiguration).toMatchObject({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 0 },
      bakeTimeInMinutes: 0,
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: expect.arrayContaining([
            ...['POST_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'],
          ]),
          timeoutConfiguration: { action: 'ROLLBACK' },
        },
      ],
    });
    expect(await desk.service.weights()).toEqual([100, 0]);
  });

  test('brings a good version to all users without a failed request, and then an earlier one back', async () => {
    const traffic = steadyTraffic(desk.service.url, 2);
    await checked(desk);
    const deployment = await ready(desk);
    expect(await receiveHook(await desk.pausing(deployment), desk.world)).toMatchObject({ outcome: 'ignored' });
    await finished(desk, [50, 100]);
    expect(await desk.service.versionsServed()).toEqual(new Set(['two']));

    const back = { image: 'one', rollback: { to: 'version', reason: 'two is slow' } };
    await checked(desk, back, 'execution-2');
    await ready(desk);
    await finished(
      desk,
      (await desk.stored()).state.spec.steps.map(({ weight }) => weight),
    );
    expect(await desk.service.versionsServed()).toEqual(new Set(['one']));
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back by the rule and then by ECS', async () => {
    const traffic = steadyTraffic(desk.service.url, 2);
    await checked(desk);
    const deployment = await ready(desk);
    await shifted(desk, [50]);
    await goBack(desk);

    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await desk.service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['before any traffic', () => Promise.resolve()],
    [
      'with all traffic on green',
      async () => {
        await shifted(desk, [50, 100]);
      },
    ],
    [
      'while ECS has a step in its hands',
      async () => {
        await desk.service.misbehave({ fault: 'stuck-stage', at: 'web PRODUCTION_TRAFFIC_SHIFT' });
        await sizeGreen({ ...desk.owned, step: 0 }, desk.world);
        const deploymentId = await deploymentOf(desk);
        await eventually('ECS is in the shift', async () => {
          await shiftTraffic({ ...desk.owned, step: 0 }, desk.world);
          return (await desk.service.describe(deploymentId)).lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT';
        });
      },
    ],
  ])('goes back %s', async (_, until) => {
    const traffic = steadyTraffic(desk.service.url, 2);
    await checked(desk);
    const deployment = await ready(desk);
    await until();
    await goBack(desk);

    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await desk.service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back where ECS waits at no pause', async () => {
    await desk.service.misbehave({ fault: 'stuck-stage', at: 'web SCALE_UP' });
    await checked(desk);
    await provisionGreen(desk.owned, desk.world);
    const deployment = await deploymentOf(desk);
    await desk.service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
    await goBack(desk);

    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  });

  test('finds the deployment that a call has begun which died before it was recorded', async () => {
    await checked(desk);
    await begunUnrecorded(desk);
    const before = await definitions(desk);
    await provisionGreen(desk.owned, desk.world);

    expect(await definitions(desk)).toBe(before);
    expect(await desk.service.deployments()).toEqual([await deploymentOf(desk)]);
  });

  test('takes that deployment back, too, where it goes back before it has found it', async () => {
    await checked(desk);
    await begunUnrecorded(desk);
    await goBack(desk);

    const [deployment = ''] = await desk.service.deployments();
    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  });

  test('is not over with a rollback before ECS has ended the old version for good, where it takes nothing back', async () => {
    await checked(desk);
    const deployment = await ready(desk);
    await desk.service.misbehave({ fault: 'stuck-stage', at: 'web CLEAN_UP', seconds: 3 });
    await shifted(desk, [50, 100]);
    await desk.service.answer(deployment, await desk.service.pause(deployment));
    await desk.service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');

    const { deployments } = desk.world.runtime;
    await expect(deployments?.goBack(deployment)).rejects.toThrow(
      `take deployment ${deployment} back while it is in CLEAN_UP`,
    );
    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
    await expect(deployments?.goBack(deployment)).resolves.toBeUndefined();
  });
});

test('a rollout right after another one waits until ECS has ended its deployment', async () => {
  await checked(desk);
  const deployment = await ready(desk);
  await desk.service.misbehave({ fault: 'stuck-stage', at: 'web CLEAN_UP', seconds: 3 });
  await shifted(desk, [50, 100]);
  await desk.service.pause(deployment);
  await finishRollout(desk.owned, desk.world);
  await desk.service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');

  await checked(desk, { image: 'one', rollback: { to: 'version', reason: 'two is slow' } }, 'execution-2');
  expect(await otherDeployment.observe((await desk.stored()).state, desk.world)).toMatchObject({ passed: true });
  await expect(provisionGreen(desk.owned, desk.world)).rejects.toThrow(`ECS still ends deployment ${deployment}`);
  expect(await desk.service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
  await ready(desk);
  expect(await desk.service.deployments()).toHaveLength(2);
});
