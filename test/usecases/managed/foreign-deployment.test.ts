import { type DeploymentConfiguration, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { otherDeployment } from '../../../lib/checks/other-deployment.ts';
import { receiveHook } from '../../../lib/usecases/attached/receive-hook.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { digestOf } from '../../../examples/web/versions.ts';
import { cluster } from '../../fleet/fleet-under-test.ts';
import { atOnce, linear, pauseAt } from '../../fleet/native-service.ts';
import type { NativeDesk } from '../native-desk.ts';
import { checked, goBack, managedDesk, push } from './managed-desk.ts';

let desk: NativeDesk;
beforeEach(async () => {
  desk = await managedDesk();
});
afterEach(() => desk.stop());

describe('a deployment that no rollout has begun', () => {
  const waits = { ...linear(50), lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT'])] };
  const judged = ['POST_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const;
  /** As a rollout writes it. */
  const asOurs: DeploymentConfiguration = {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 0 },
    bakeTimeInMinutes: 0,
    lifecycleHooks: [pauseAt(judged, 60, 'ROLLBACK')],
  };

  test('fails a check, and is not ended by a rollout that is told to go on all the same', async () => {
    await checked(desk);
    expect(await otherDeployment.observe((await desk.stored()).state, desk.world)).toMatchObject({ passed: true });
    const foreign = await desk.service.deploy('slow', waits);

    expect(await otherDeployment.observe((await desk.stored()).state, desk.world)).toMatchObject({ passed: false });
    await expect(provisionGreen(desk.owned, desk.world)).rejects.toThrow(
      `Deployment ${foreign} of ECS service web is under way`,
    );
    expect(await desk.service.deployments()).toEqual([foreign]);
  });

  test('is not taken for one of a rollout with the same image that has not come to begin one', async () => {
    await desk.open(push);
    const foreign = await desk.service.deploy(digestOf('two'), asOurs);
    await desk.service.pause(foreign);
    await goBack(desk);

    expect(await desk.service.describe(foreign)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test.each([
    ['pauses elsewhere', { ...asOurs, lifecycleHooks: waits.lifecycleHooks }],
    ['goes on when a pause times out', { ...asOurs, lifecycleHooks: [pauseAt(judged, 60, 'CONTINUE')] }],
    ['has other steps', { ...linear(20), lifecycleHooks: asOurs.lifecycleHooks }],
  ])('is not taken for one of a rollout with the same image where it %s', async (_, configuration) => {
    await checked(desk);
    const foreign = await desk.service.deploy(digestOf('two'), configuration);
    await desk.service.pause(foreign);

    await expect(provisionGreen(desk.owned, desk.world)).rejects.toThrow(
      `Deployment ${foreign} of ECS service web is under way`,
    );
    await goBack(desk);
    expect(await desk.service.describe(foreign)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test('that came and ended after the checks leaves no place for green', async () => {
    await checked(desk);
    const foreign = await desk.service.deploy('slow', atOnce);
    expect(await desk.service.ended(foreign)).toMatchObject({ status: 'SUCCESSFUL' });

    await expect(provisionGreen(desk.owned, desk.world)).rejects.toThrow(
      `deployment ${foreign} of ECS service web has changed`,
    );
    expect(await desk.service.deployments()).toEqual([foreign]);
    await expect(goBack(desk)).rejects.toThrow('Traffic stays where it is until blue can serve');
    expect(await desk.service.versionsServed()).toEqual(new Set(['slow']));
  });

  test('that was taken back after the checks does no harm', async () => {
    await checked(desk);
    const foreign = await desk.service.deploy('slow', waits);
    await desk.service.answer(foreign, await desk.service.pause(foreign), 'ROLLBACK');
    await desk.service.ended(foreign);
    await provisionGreen(desk.owned, desk.world);

    expect(await desk.service.deployments()).toHaveLength(2);
  });

  test('waits for people; the version that serves is not held up', async () => {
    const foreign = await desk.service.deploy('two', waits);

    expect(await receiveHook(await desk.pausing(foreign), desk.world)).toMatchObject({
      outcome: 'ignored',
      reason: expect.stringContaining('no rollout has begun this deployment'),
    });
    for (let answered = 0; answered < 2; answered += 1)
      await desk.service.answer(foreign, await desk.service.pause(foreign));
    await desk.service.ended(foreign);
    const { taskDefinition } = (await desk.world.runtime.deployments?.read(foreign))?.target ?? {};
    await desk.service.front.under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web', taskDefinition, forceNewDeployment: true }),
    );
    const [again = ''] = await desk.service.deployments();
    expect(await receiveHook(await desk.pausing(again), desk.world)).toMatchObject({ outcome: 'continued' });
  });
});
