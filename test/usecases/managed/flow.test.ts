import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type DeploymentConfiguration, ListTaskDefinitionsCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { otherDeployment } from '../../../lib/checks/other-deployment.ts';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { restorationOf } from '../../../lib/drivers/rules/unread-restoration.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import type { World } from '../../../lib/ports/world.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { receiveHook, receiveHookInput } from '../../../lib/usecases/attached/receive-hook.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
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
import { digestOf } from '../../../examples/web/versions.ts';
import { cluster } from '../../fleet/fleet-under-test.ts';
import { atOnce, linear, type NativeService, pauseAt, startNativeService } from '../../fleet/native-service.ts';
import { failuresIn, steadyTraffic } from '../../fleet/traffic.ts';
import { modelSpec, ModelWorld } from '../../model/model-world.ts';
import { eventually } from '../../setup/eventually.ts';
import { passedChecks, request, startedAt } from '../journey.ts';
import { altered } from '../watched-world.ts';

let service: NativeService;
/** The model, with rules and services of the fleet. */
let world: World;
let model: ModelWorld;
let owned: { rolloutId: string; fence: number };

beforeEach(async () => {
  service = await startNativeService();
  const { under, blue, green, rule } = service.front;
  // As a team's infrastructure code leaves it.
  await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', deploymentConfiguration: atOnce }));
  model = new ModelWorld();
  const runtime = withServiceDeployments(ecsSlotRuntime(under.ecs), ecsServiceDeployments(under.ecs));
  const find = (_: unknown, asked: string) => {
    const version = [digestOf('one'), 'one'].includes(asked) ? 'one' : 'two';
    const found = { repositoryUri: 'registry.test/web', digest: digestOf(version), tags: [version] };
    return Promise.resolve({ ...found, pushedAt: new Date() });
  };
  world = altered(model, { router: elbTrafficRouter(under.elb), runtime, registry: { ...model.registry, find } });
  const spec = modelSpec({
    ...{ driver: 'ecs-managed', cluster, container: 'app', onBusy: 'queue' },
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
});
afterEach(() => service.front.under.stop());

/** What a push leads to: a rollout that has passed its checks. */
async function checked(asked: object = {}, execution = 'execution-1'): Promise<void> {
  const executionArn = `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:${execution}`;
  const pushed = { service: 'web', image: 'two', requestedBy: 'a push', ...asked };
  const output = await openRollout({ request: pushed, executionArn, startedAt }, world);
  if (output.outcome !== 'opened') throw new Error(output.reason);
  owned = { rolloutId: output.rolloutId, fence: output.fence };
  expect(await judgePreChecks({ ...owned, results: [...passedChecks] }, world)).toMatchObject({ outcome: 'passed' });
  await pinCapacity(owned, world);
}

/** The states up to the first shift. */
async function ready(): Promise<string> {
  await provisionGreen(owned, world);
  await eventually('green is ready', async () => {
    const { outcome } = await checkGreen(owned, world);
    if (outcome === 'rollBack') throw new Error((await stored()).state.reason);
    return outcome === 'ready';
  });
  await append({ type: 'GreenVerified' });
  await openHeaderRoute(owned, world);
  return (await stored()).state.deploymentId ?? '';
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
  await sizeGreen({ ...owned, step }, world);
  await eventually(`step ${step} is shifted`, async () => {
    const { outcome } = await shiftTraffic({ ...owned, step }, world);
    if (outcome === 'rollBack') throw new Error((await stored()).state.reason);
    return outcome === 'shifted';
  });
  await append({ type: 'StepPassed', step, weight });
}

/** The rest of a rollout that is ready. */
async function shifted(weights: readonly number[]): Promise<void> {
  for (const [step, weight] of weights.entries()) await shift(step, weight);
  const deployment = (await stored()).state.deploymentId ?? '';
  await service.pause(deployment);
  expect(await finishRollout(owned, world)).toMatchObject({ outcome: 'succeeded' });
  expect(await service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
}

/** What the rollback machine does. */
async function wayBack(): Promise<void> {
  await requestRollback({ ...owned, error: { Error: 'Timeout', Cause: 'the network is down' } }, world);
  owned = { ...owned, fence: model.store.claim(owned.rolloutId)?.fence ?? 0 };
  for (const { kind, arn, actions } of restorationOf((await stored()).state))
    await restoreTraffic({ ...owned, item: { kind, arn, actions: [...actions] } }, world);
  await confirmRestored({ ...owned, startedAt, request }, world);
  expect(await removeGreen({ ...owned, startedAt }, world)).toEqual({ outcome: 'removed' });
}

function pausing(deployment: string, hookId: string, serviceArn = '') {
  return receiveHookInput.parse({
    ...{ id: 'event-1', source: 'local.ecs', 'detail-type': 'ECS Hook State Change' },
    detail: {
      ...{ eventName: 'HOOK_AWAITING_ACTION', hookType: 'PAUSE', hookId },
      ...{ serviceArn, serviceDeploymentArn: deployment },
    },
  });
}

/** A call that begins the deployment and dies before it is recorded. */
async function begunUnrecorded(): Promise<void> {
  jest.spyOn(model.store, 'append').mockRejectedValueOnce(new Error('the table is busy'));
  await expect(provisionGreen(owned, world)).rejects.toThrow('the table is busy');
  expect(await service.deployments()).toHaveLength(1);
}

async function definitions(): Promise<number> {
  const { taskDefinitionArns = [] } = await service.front.under.ecs.send(new ListTaskDefinitionsCommand({}));
  return taskDefinitionArns.length;
}

describe('a rollout that begins the deployment of ECS', () => {
  test('gives it its own steps, without bakes, and a pause wherever it judges', async () => {
    await checked();
    expect(await service.deployments()).toEqual([]);
    const deployment = await ready();

    expect((await service.describe(deployment)).deploymentConfiguration).toMatchObject({
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
    expect(await service.weights()).toEqual([100, 0]);
  });

  test('brings a good version to all users without a failed request, and then an earlier one back', async () => {
    const traffic = steadyTraffic(service.url, 2);
    await checked();
    const deployment = await ready();
    const { serviceArn } = await service.describe(deployment);
    const own = pausing(deployment, await service.pause(deployment), serviceArn);
    expect(await receiveHook(own, world)).toMatchObject({ outcome: 'ignored' });
    await shifted([50, 100]);
    expect(await service.versionsServed()).toEqual(new Set(['two']));

    const back = { image: 'one', rollback: { to: 'version', reason: 'two is slow' } };
    await checked(back, 'execution-2');
    await ready();
    await shifted((await stored()).state.spec.steps.map(({ weight }) => weight));
    expect(await service.versionsServed()).toEqual(new Set(['one']));
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back by the rule and then by ECS', async () => {
    const traffic = steadyTraffic(service.url, 2);
    await checked();
    const deployment = await ready();
    await shift(0, 50);
    await wayBack();

    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['before any traffic', () => Promise.resolve()],
    [
      'with all traffic on green',
      async () => {
        await shift(0, 50);
        await shift(1, 100);
      },
    ],
    [
      'while ECS has a step in its hands',
      async () => {
        await service.misbehave({ fault: 'stuck-stage', at: 'web PRODUCTION_TRAFFIC_SHIFT' });
        await sizeGreen({ ...owned, step: 0 }, world);
        const { deploymentId = '' } = (await stored()).state;
        await eventually('ECS is in the shift', async () => {
          await shiftTraffic({ ...owned, step: 0 }, world);
          return (await service.describe(deploymentId)).lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT';
        });
      },
    ],
  ])('goes back %s', async (_, until) => {
    const traffic = steadyTraffic(service.url, 2);
    await checked();
    const deployment = await ready();
    await until();
    await wayBack();

    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    expect(await service.weights()).toEqual([100, 0]);
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('goes back where ECS waits at no pause', async () => {
    await service.misbehave({ fault: 'stuck-stage', at: 'web SCALE_UP' });
    await checked();
    await provisionGreen(owned, world);
    const deployment = (await stored()).state.deploymentId ?? '';
    await service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'SCALE_UP');
    await wayBack();

    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  });

  test('finds the deployment that a call has begun which died before it was recorded', async () => {
    await checked();
    await begunUnrecorded();
    const before = await definitions();
    await provisionGreen(owned, world);

    expect(await definitions()).toBe(before);
    expect(await service.deployments()).toEqual([(await stored()).state.deploymentId]);
  });

  test('takes that deployment back, too, where it goes back before it has found it', async () => {
    await checked();
    await begunUnrecorded();
    await wayBack();

    const [deployment = ''] = await service.deployments();
    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  });

  test('is not over with a rollback before ECS has ended the old version for good, where it takes nothing back', async () => {
    await checked();
    const deployment = await ready();
    await service.misbehave({ fault: 'stuck-stage', at: 'web CLEAN_UP', seconds: 3 });
    for (const [step, weight] of [50, 100].entries()) await shift(step, weight);
    await service.answer(deployment, await service.pause(deployment));
    await service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');

    const { deployments } = world.runtime;
    await expect(deployments?.goBack(deployment)).rejects.toThrow(
      `take deployment ${deployment} back while it is in CLEAN_UP`,
    );
    expect(await service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
    await expect(deployments?.goBack(deployment)).resolves.toBeUndefined();
  });
});

test('a rollout right after another one waits until ECS has ended its deployment', async () => {
  await checked();
  const deployment = await ready();
  await service.misbehave({ fault: 'stuck-stage', at: 'web CLEAN_UP', seconds: 3 });
  for (const [step, weight] of [50, 100].entries()) await shift(step, weight);
  await service.pause(deployment);
  await finishRollout(owned, world);
  await service.where(deployment, ({ lifecycleStage }) => lifecycleStage === 'CLEAN_UP');

  await checked({ image: 'one', rollback: { to: 'version', reason: 'two is slow' } }, 'execution-2');
  expect(await otherDeployment.observe((await stored()).state, world)).toMatchObject({ passed: true });
  await expect(provisionGreen(owned, world)).rejects.toThrow(`ECS still ends deployment ${deployment}`);
  expect(await service.ended(deployment)).toMatchObject({ status: 'SUCCESSFUL' });
  await ready();
  expect(await service.deployments()).toHaveLength(2);
});

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
    await checked();
    expect(await otherDeployment.observe((await stored()).state, world)).toMatchObject({ passed: true });
    const foreign = await service.deploy('slow', waits);

    expect(await otherDeployment.observe((await stored()).state, world)).toMatchObject({ passed: false });
    await expect(provisionGreen(owned, world)).rejects.toThrow(`Deployment ${foreign} of ECS service web is under way`);
    expect(await service.deployments()).toEqual([foreign]);
  });

  test('is not taken for one of a rollout with the same image that has not come to begin one', async () => {
    const pushed = { service: 'web', image: 'two', requestedBy: 'a push' };
    const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-1';
    const output = await openRollout({ request: pushed, executionArn, startedAt }, world);
    if (output.outcome !== 'opened') throw new Error(output.reason);
    owned = { rolloutId: output.rolloutId, fence: output.fence };
    const foreign = await service.deploy(digestOf('two'), asOurs);
    await service.pause(foreign);
    await wayBack();

    expect(await service.describe(foreign)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test.each([
    ['pauses elsewhere', { ...asOurs, lifecycleHooks: waits.lifecycleHooks }],
    ['goes on when a pause times out', { ...asOurs, lifecycleHooks: [pauseAt(judged, 60, 'CONTINUE')] }],
    ['has other steps', { ...linear(20), lifecycleHooks: asOurs.lifecycleHooks }],
  ])('is not taken for one of a rollout with the same image where it %s', async (_, configuration) => {
    await checked();
    const foreign = await service.deploy(digestOf('two'), configuration);
    await service.pause(foreign);

    await expect(provisionGreen(owned, world)).rejects.toThrow(`Deployment ${foreign} of ECS service web is under way`);
    await wayBack();
    expect(await service.describe(foreign)).toMatchObject({ status: 'IN_PROGRESS' });
  });

  test('that came and ended after the checks leaves no place for green', async () => {
    await checked();
    const foreign = await service.deploy('slow', atOnce);
    expect(await service.ended(foreign)).toMatchObject({ status: 'SUCCESSFUL' });

    await expect(provisionGreen(owned, world)).rejects.toThrow(`deployment ${foreign} of ECS service web has changed`);
    expect(await service.deployments()).toEqual([foreign]);
    await expect(wayBack()).rejects.toThrow('Traffic stays where it is until blue can serve');
    expect(await service.versionsServed()).toEqual(new Set(['slow']));
  });

  test('that was taken back after the checks does no harm', async () => {
    await checked();
    const foreign = await service.deploy('slow', waits);
    await service.answer(foreign, await service.pause(foreign), 'ROLLBACK');
    await service.ended(foreign);
    await provisionGreen(owned, world);

    expect(await service.deployments()).toHaveLength(2);
  });

  test('waits for people; the version that serves is not held up', async () => {
    const foreign = await service.deploy('two', waits);
    const { serviceArn } = await service.describe(foreign);
    const event = pausing(foreign, await service.pause(foreign), serviceArn);

    expect(await receiveHook(event, world)).toMatchObject({
      outcome: 'ignored',
      reason: expect.stringContaining('no rollout has begun this deployment'),
    });
    for (let answered = 0; answered < 2; answered += 1) await service.answer(foreign, await service.pause(foreign));
    await service.ended(foreign);
    const { taskDefinition } = (await world.runtime.deployments?.read(foreign))?.target ?? {};
    await service.front.under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web', taskDefinition, forceNewDeployment: true }),
    );
    const [again = ''] = await service.deployments();
    const same = pausing(again, await service.pause(again), serviceArn);
    expect(await receiveHook(same, world)).toMatchObject({ outcome: 'continued' });
  });
});
