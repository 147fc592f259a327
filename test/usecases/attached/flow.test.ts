import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { restorationOf } from '../../../lib/drivers/rules/unread-restoration.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import type { World } from '../../../lib/ports/world.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { receiveHook, receiveHookInput } from '../../../lib/usecases/attached/receive-hook.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { sizeGreen } from '../../../lib/usecases/green/size-green.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { confirmRestored } from '../../../lib/usecases/rollback/confirm-restored.ts';
import { removeGreen } from '../../../lib/usecases/rollback/remove-green.ts';
import { requestRollback } from '../../../lib/usecases/rollback/request-rollback.ts';
import { restoreTraffic } from '../../../lib/usecases/rollback/restore-traffic.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { digestOf as digestOfVersion } from '../../../examples/web/versions.ts';
import { cluster } from '../../fleet/fleet-under-test.ts';
import { type NativeService, pauseAt, startNativeService } from '../../fleet/native-service.ts';
import { failuresIn, steadyTraffic } from '../../fleet/traffic.ts';
import { modelSpec, ModelWorld } from '../../model/model-world.ts';
import { eventually } from '../../setup/eventually.ts';
import { passedChecks, request, startedAt } from '../journey.ts';
import { altered } from '../watched-world.ts';

const halves: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
  lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])],
};

let service: NativeService;
/** The model, with rules and services of the fleet. */
let world: World;
let model: ModelWorld;
let deployment: string;
let owned: { rolloutId: string; fence: number };

beforeEach(async () => {
  service = await startNativeService();
  const { under, blue, green, rule } = service.front;
  model = new ModelWorld();
  const runtime = withServiceDeployments(ecsSlotRuntime(under.ecs), ecsServiceDeployments(under.ecs));
  const found = { repositoryUri: 'registry.test/web', digest: digestOfVersion('two'), tags: ['two'] };
  const registry = { ...model.registry, find: () => Promise.resolve({ ...found, pushedAt: new Date() }) };
  world = altered(model, { router: elbTrafficRouter(under.elb), runtime, registry });
  const spec = modelSpec({
    ...{ driver: 'ecs-native', cluster, container: 'app', taskDefinition: 'from-event', onBusy: 'queue' },
    image: { repository: 'web' },
    slots: { a: { service: 'web', targetGroup: blue }, b: { service: 'web', targetGroup: green } },
    traffic: [{ rule }],
    capacity: { sizing: 'full' },
    retention: { keepFullFor: '0s', keepFor: '0s' },
    steps: [
      { weight: 50, bake: '5s' },
      { weight: 100, bake: '5s' },
    ],
  });
  await world.store.putSpec(spec, 'a test', world.now().toISOString());
  deployment = await service.deploy('two', halves);
});
afterEach(() => service.front.under.stop());

/** What the event of a pause leads to: a rollout that is about to be checked. */
async function begun(): Promise<void> {
  const hookId = await service.pause(deployment);
  const { serviceArn } = await service.describe(deployment);
  const event = receiveHookInput.parse({
    ...{ id: 'event-1', source: 'local.ecs', 'detail-type': 'ECS Hook State Change' },
    detail: {
      ...{ eventName: 'HOOK_AWAITING_ACTION', hookType: 'PAUSE', hookId },
      ...{ serviceArn, serviceDeploymentArn: deployment },
    },
  });
  expect(await receiveHook(event, world)).toMatchObject({ outcome: 'started' });
  const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-1';
  const output = await openRollout({ request: model.started.at(-1)?.input, executionArn, startedAt }, world);
  if (output.outcome !== 'opened') throw new Error(output.reason);
  owned = { rolloutId: output.rolloutId, fence: output.fence };
}

/** The states up to the first shift. */
async function opened(): Promise<void> {
  await begun();
  await judgePreChecks({ ...owned, results: [...passedChecks] }, world);
  await pinCapacity(owned, world);
  await provisionGreen(owned, world);
  expect(await checkGreen(owned, world)).toMatchObject({ outcome: 'ready' });
  await append({ type: 'GreenVerified' });
  await openHeaderRoute(owned, world);
}

async function stored() {
  const found = await world.store.load(owned.rolloutId);
  if (found === undefined) throw new Error('no rollout was opened');
  return found;
}

async function append(event: RolloutEvent): Promise<void> {
  await world.store.append(await stored(), [event], world.now().toISOString());
}

/** The state, as often as the machine comes back to it. */
async function shift(step: number, weight: number): Promise<void> {
  expect(await sizeGreen({ ...owned, step }, world)).toMatchObject({ outcome: 'sized' });
  await eventually(`step ${step} is shifted`, async () => {
    const { outcome } = await shiftTraffic({ ...owned, step }, world);
    if (outcome === 'rollBack') throw new Error((await stored()).state.reason);
    return outcome === 'shifted';
  });
  expect((await stored()).state).toMatchObject({ phase: 'baking', step, weight });
  await service.pause(deployment);
}

describe('the rollout of a deployment that a pause has started', () => {
  test('answers each pause by its steps, and the last one when it has succeeded', async () => {
    const traffic = steadyTraffic(service.url, 2);
    await opened();
    await shift(0, 50);
    expect(await service.weights()).toEqual([50, 50]);
    await append({ type: 'StepPassed', step: 0, weight: 50 });
    await shift(1, 100);
    await append({ type: 'StepPassed', step: 1, weight: 100 });

    expect(await finishRollout(owned, world)).toMatchObject({ outcome: 'succeeded' });
    expect(await service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await stored()).state.phase).toBe('succeeded');
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('is taken back by ECS at once where the rollout is rejected', async () => {
    await begun();
    const failed = { name: 'answer', passed: false, result: 'failed' as const, saw: '503', expected: '2xx' };
    const rejected = { ...owned, results: [...passedChecks, failed] };
    const { waits, outcome } = await judgePreChecks(rejected, world);

    expect({ waits, outcome }).toEqual({ outcome: 'rejected' });
    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await judgePreChecks(rejected, world)).toMatchObject({ outcome: 'rejected' });
  });

  test('waits on where nothing could be found out that is wrong, as somebody may try again', async () => {
    await begun();
    const unknown = { name: 'answer', passed: false, saw: 'no network', expected: 'a check that can be run' };

    expect(await judgePreChecks({ ...owned, results: [unknown] }, world)).toMatchObject({
      outcome: 'rejected',
      waits: 'no check has found anything wrong',
    });
    expect(await service.describe(deployment)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test('goes back by the rule and then by ECS', async () => {
    await opened();
    await shift(0, 50);
    const traffic = steadyTraffic(service.url, 2);
    await requestRollback({ ...owned, error: { Error: 'Timeout', Cause: 'the network is down' } }, world);
    const fence = model.store.claim(owned.rolloutId)?.fence ?? 0;
    owned = { ...owned, fence };
    for (const { kind, arn, actions } of restorationOf((await stored()).state))
      await restoreTraffic({ ...owned, item: { kind, arn, actions: [...actions] } }, world);
    await confirmRestored({ ...owned, startedAt, request }, world);
    expect(await service.weights()).toEqual([100, 0]);
    expect(await removeGreen({ ...owned, startedAt }, world)).toEqual({ outcome: 'removed' });

    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back where ECS goes back by itself, as its time-out says', async () => {
    await opened();
    await shift(0, 50);
    await append({ type: 'StepPassed', step: 0, weight: 50 });
    await service.answer(deployment, await service.pause(deployment), 'ROLLBACK');
    await service.ended(deployment);

    expect(await shiftTraffic({ ...owned, step: 1 }, world)).toMatchObject({ outcome: 'rollBack' });
    expect((await stored()).state.reason).toContain('Others changed what this rollout works on');
  });
});
