import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { receiveHook } from '../../../lib/usecases/attached/receive-hook.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { pauseAt } from '../../fleet/native-service.ts';
import { failuresIn, steadyTraffic } from '../../fleet/traffic.ts';
import { passedChecks } from '../journey.ts';
import { NativeDesk } from '../native-desk.ts';

const halves: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
  lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])],
};

let desk: NativeDesk;
let deployment: string;

beforeEach(async () => {
  desk = await NativeDesk.start({ driver: 'ecs-native', taskDefinition: 'from-event' });
  deployment = await desk.service.deploy('two', halves);
});
afterEach(() => desk.stop());

/** What the event of a pause leads to: a rollout that is about to be checked. */
async function begun(): Promise<void> {
  expect(await receiveHook(await desk.pausing(deployment), desk.world)).toMatchObject({ outcome: 'started' });
  await desk.open(desk.model.started.at(-1)?.input);
}

/** The states up to the first shift. */
async function opened(): Promise<void> {
  await begun();
  await judgePreChecks({ ...desk.owned, results: [...passedChecks] }, desk.world);
  await pinCapacity(desk.owned, desk.world);
  await provisionGreen(desk.owned, desk.world);
  expect(await checkGreen(desk.owned, desk.world)).toMatchObject({ outcome: 'ready' });
  await desk.append({ type: 'GreenVerified' });
  await openHeaderRoute(desk.owned, desk.world);
}

/** A step, and the pause of ECS after it. */
async function shift(step: number, weight: number): Promise<void> {
  await desk.shift(step);
  expect((await desk.stored()).state).toMatchObject({ phase: 'baking', step, weight });
  await desk.service.pause(deployment);
}

describe('the rollout of a deployment that a pause has started', () => {
  test('answers each pause by its steps, and the last one when it has succeeded', async () => {
    const traffic = steadyTraffic(desk.service.url, 2);
    await opened();
    await shift(0, 50);
    expect(await desk.service.weights()).toEqual([50, 50]);
    await desk.append({ type: 'StepPassed', step: 0, weight: 50 });
    await shift(1, 100);
    await desk.append({ type: 'StepPassed', step: 1, weight: 100 });

    expect(await finishRollout(desk.owned, desk.world)).toMatchObject({ outcome: 'succeeded' });
    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await desk.stored()).state.phase).toBe('succeeded');
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('is taken back by ECS at once where the rollout is rejected', async () => {
    await begun();
    const failed = { name: 'answer', passed: false, result: 'failed' as const, saw: '503', expected: '2xx' };
    const rejected = { ...desk.owned, results: [...passedChecks, failed] };
    const { waits, outcome } = await judgePreChecks(rejected, desk.world);

    expect({ waits, outcome }).toEqual({ outcome: 'rejected' });
    expect(await desk.service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await judgePreChecks(rejected, desk.world)).toMatchObject({ outcome: 'rejected' });
  });

  test('waits on where nothing could be found out that is wrong, as somebody may try again', async () => {
    await begun();
    const unknown = { name: 'answer', passed: false, saw: 'no network', expected: 'a check that can be run' };

    expect(await judgePreChecks({ ...desk.owned, results: [unknown] }, desk.world)).toMatchObject({
      outcome: 'rejected',
      waits: 'no check has found anything wrong',
    });
    expect(await desk.service.describe(deployment)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test('goes back by the rule and then by ECS', async () => {
    await opened();
    await shift(0, 50);
    const traffic = steadyTraffic(desk.service.url, 2);
    await desk.restore();
    expect(await desk.service.weights()).toEqual([100, 0]);
    expect(await desk.removeGreen()).toBe('removed');

    expect(await desk.service.describe(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await desk.service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back where ECS goes back by itself, as its time-out says', async () => {
    await opened();
    await shift(0, 50);
    await desk.append({ type: 'StepPassed', step: 0, weight: 50 });
    await desk.service.answer(deployment, await desk.service.pause(deployment), 'ROLLBACK');
    await desk.service.ended(deployment);

    expect(await shiftTraffic({ ...desk.owned, step: 1 }, desk.world)).toMatchObject({ outcome: 'rollBack' });
    expect((await desk.stored()).state.reason).toContain('Others changed what this rollout works on');
  });
});
