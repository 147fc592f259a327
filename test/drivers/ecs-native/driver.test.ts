import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DeploymentConfiguration, StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { ecsNativeDriver as driver } from '../../../lib/drivers/ecs-native/driver.ts';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import type { DriverPorts } from '../../../lib/drivers/driver.ts';
import { trafficOf, workloadOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { evolve, openedState, type RolloutState } from '../../../lib/rollout/state.ts';
import { restorePlanOf } from '../../../lib/usecases/opening/opened-event.ts';
import { digestOf } from '../../../examples/web/versions.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { cluster, isSteady, named, serviceWhere } from '../../fleet/fleet-under-test.ts';
import { type NativeService, pauseAt, startNativeService } from '../../fleet/native-service.ts';
import { failuresIn, steadyTraffic } from '../../fleet/traffic.ts';
import { modelSpec } from '../../model/model-world.ts';
import { eventually } from '../../setup/eventually.ts';

const halves: DeploymentConfiguration = {
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 },
  lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])],
};

let service: NativeService;
let ports: DriverPorts;
/** A rollout whose green waits at the first pause of its deployment. */
let state: RolloutState;
let deployment: string;

beforeEach(async () => {
  service = await startNativeService();
  const { under, blue, green, rule } = service.front;
  const runtime = withServiceDeployments(ecsSlotRuntime(under.ecs), ecsServiceDeployments(under.ecs));
  ports = { router: elbTrafficRouter(under.elb), runtime };
  const spec = modelSpec({
    ...{ driver: 'ecs-native', cluster, container: 'app' },
    slots: { a: { service: 'web', targetGroup: blue }, b: { service: 'web', targetGroup: green } },
    traffic: [{ rule }],
  });
  const { taskDefinition = '' } = await serviceWhere(under, 'web', isSteady);
  const restorePlan = restorePlanOf(await ports.router.read(trafficOf(spec)));
  const opened = openedEvent({ spec, restorePlan, blueTaskDefinition: taskDefinition, blueCount: 1 });
  state = openedState('web-1', new Date().toISOString(), opened);
  deployment = await service.deploy('two', halves);
  await service.pause(deployment);
  const next = (await runtime.deployments?.read(deployment))?.target.taskDefinition ?? '';
  const at = new Date().toISOString();
  state = evolve(state, { type: 'PreChecksPassed', results: [] }, at);
  const deploymentId = await driver.provision(state, { taskDefinition: next, tasks: 1 }, ports);
  state = evolve(state, { type: 'GreenDeployed', taskDefinition: next, deploymentId, count: 1 }, at);
});
afterEach(() => service.front.under.stop());

async function give(weight: number): Promise<void> {
  for (const routing of await ports.router.read(trafficOf(state.spec)))
    await driver.give(state, routing, weight, ports);
}

async function weight(): Promise<number | undefined> {
  const [routing] = await ports.router.read(trafficOf(state.spec));
  return routing && driver.weightOf(state, routing);
}

async function drift(allowed: readonly number[]) {
  const [routings, blue, green] = await Promise.all([
    ports.router.read(trafficOf(state.spec)),
    ports.runtime.describe(workloadOf(state.spec, state.blue)),
    ports.runtime.describe(workloadOf(state.spec, state.green)),
  ]);
  return driver.driftIn(state, { routings, blue, green }, allowed);
}

const statusOf = async () => (await service.describe(deployment)).status;

describe('a deployment of ECS, as a rollout sees it', () => {
  test('is the provision of green: it runs before it gets traffic, each version by its own digest', async () => {
    const { spec, blue, green } = state;
    const digests = (slot: 'a' | 'b') => ports.runtime.runningDigests(workloadOf(spec, slot), 'app');

    expect(state.deploymentId).toBe(deployment);
    expect(driver.rolesOf(spec, await ports.router.read(trafficOf(spec)))).toEqual({ outcome: 'clear', blue, green });
    expect(await driver.progressOf(state, deployment, ports)).toMatchObject({ state: 'completed', running: 1 });
    expect(await ports.runtime.describe(workloadOf(spec, green))).toMatchObject({ desired: 1, running: 1 });
    expect([await digests(blue), await digests(green)]).toEqual([[digestOf('one')], [digestOf('two')]]);
    expect(await drift([0])).toEqual([]);
  });

  test('of another version is not taken for the one that is asked for', async () => {
    const order = { taskDefinition: state.blueTaskDefinition, tasks: 1 };
    await expect(driver.provision(state, order, ports)).rejects.toThrow('No deployment of');
    expect(await driver.progressOf(state, `${deployment}x`, ports)).toMatchObject({ state: 'gone' });
  });

  test('gives each weight once, however often it is asked for, and ends by the last answer', async () => {
    const traffic = steadyTraffic(service.url, 2);
    for (const step of [50, 100]) {
      await give(step);
      await eventually(`green has ${step} %`, async () => (await weight()) === step);
      await service.pause(deployment);
      // A call whose answer was lost: what waits by now is for the next step.
      await give(step);
      expect(await drift([step])).toEqual([]);
      expect(await weight()).toBe(step);
    }
    await driver.finish(state, ports);
    await service.ended(deployment);
    await driver.finish(state, ports);

    expect(await statusOf()).toBe('SUCCESSFUL');
    expect(failuresIn(await traffic.stop())).toEqual([]);
    const { spec, blue, green } = state;
    expect(await ports.runtime.describe(workloadOf(spec, blue))).toMatchObject({ desired: 0 });
    expect(await ports.runtime.runningDigests(workloadOf(spec, green), 'app')).toEqual([digestOf('two')]);
  });

  test('does not go a step too far where the rule is read before ECS has written it', async () => {
    const [stale] = await ports.router.read(trafficOf(state.spec));
    await give(50);
    await eventually('green has 50 %', async () => (await weight()) === 50);
    await service.pause(deployment);
    await driver.give(state, named(stale), 50, ports);

    expect(await weight()).toBe(50);
  });
});

describe('a rollout that is rejected', () => {
  const requestedBy = () => `deployment ${deployment.slice(deployment.lastIndexOf('/') + 1)} of ECS`;

  test('takes its deployment back at once, and no other one', async () => {
    await driver.reject({ ...state, requestedBy: `${requestedBy()}0` }, ports);
    await driver.reject({ ...state, requestedBy: 'ada' }, ports);
    expect(await statusOf()).toBe('IN_PROGRESS');

    await driver.reject({ ...state, requestedBy: `${requestedBy()}, ada` }, ports);
    expect(await service.ended(deployment)).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    await driver.reject({ ...state, requestedBy: requestedBy() }, ports);
    expect(await statusOf()).toBe('ROLLBACK_SUCCESSFUL');
  });

  test('leaves a deployment alone that has given traffic', async () => {
    await give(50);
    await service.pause(deployment);
    await driver.reject({ ...state, requestedBy: requestedBy() }, ports);

    expect(await statusOf()).toBe('IN_PROGRESS');
  });
});

test('of two sources the one serves whose target group the next version does not get', async () => {
  const { under, blue } = service.front;
  for (const step of [50, 100]) {
    await give(step);
    await eventually(`green has ${step} %`, async () => (await weight()) === step);
    await service.pause(deployment);
  }
  await fetch(`${under.fleet.endpoint}/_fleet/misbehave`, {
    method: 'POST',
    body: JSON.stringify({ fault: 'stuck-stage', at: 'web RECONCILE_SERVICE' }),
  });
  const next = await service.deploy('slow', halves);

  // ECS has asked for all of the traffic for the other one.
  expect(await ports.runtime.deployments?.read(next)).toMatchObject({ sources: 2, source: { targetGroups: [blue] } });
});

describe('the rollback', () => {
  beforeEach(async () => {
    await give(50);
    await eventually('green has 50 %', async () => (await weight()) === 50);
    await service.pause(deployment);
  });

  test('is the rule first, and then ECS, without a failed request', async () => {
    const traffic = steadyTraffic(service.url, 2);
    for (const item of driver.restorationOf(state)) await driver.restore(item, ports);
    expect(await weight()).toBe(0);
    expect(await statusOf()).toBe('IN_PROGRESS');
    await driver.remove(state, ports);
    await service.ended(deployment);
    // Asked for once more, as by an attempt that was repeated.
    await driver.remove(state, ports);

    expect(await statusOf()).toBe('ROLLBACK_SUCCESSFUL');
    expect(await weight()).toBe(0);
    await eventually('green is gone', async () => {
      const { left } = await ports.runtime.remainingTasks(workloadOf(state.spec, state.green));
      return left === 0;
    });
    expect(failuresIn(await traffic.stop())).toEqual([]);
  });

  test('leaves the tasks of blue alone, whatever they are to be', async () => {
    await driver.resize(state, 'blue', 0, ports);
    await driver.resize(state, 'green', 5, ports);

    expect(await statusOf()).toBe('IN_PROGRESS');
    expect((await ports.runtime.describe(workloadOf(state.spec, state.blue)))?.desired).toBe(1);
  });

  test('of others is harmful drift, and so is another deployment', async () => {
    const { under } = service.front;
    await under.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: deployment }));
    await service.ended(deployment);
    expect(await drift([50, 0])).toContainEqual(expect.objectContaining({ found: 'ECS takes it back', harmful: true }));
    await expect(give(100)).rejects.toThrow('ECS does not go on with deployment');

    const next = await service.deploy('slow', halves);
    expect(await drift([50, 0])).toContainEqual(
      expect.objectContaining({ found: `deployment ${next}`, harmful: true }),
    );
  });
});
