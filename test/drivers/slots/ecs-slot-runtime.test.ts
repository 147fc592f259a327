import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../examples/web/versions.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import type { DeploymentProgress, SlotRuntime } from '../../../lib/drivers/slot-runtime.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  type FleetUnderTest,
  forward,
  isSteady,
  named,
  registerVersion,
  serviceWhere,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { eventually } from '../../setup/eventually.ts';

let under: FleetUnderTest;
let runtime: SlotRuntime;
let groups: { a: string; b: string };

beforeAll(async () => {
  under = await startTestFleet();
  runtime = ecsSlotRuntime(under.ecs);
  groups = { a: await createGroup(under, 'web-a'), b: await createGroup(under, 'web-b') };
  await createListener(under, await createLoadBalancer(under), forward([groups.a, 1], [groups.b, 0]));
  await createService(under, 'web-a', groups.a, 'one', 1);
  await createService(under, 'web-b', groups.b, 'one', 0);
  await serviceWhere(under, 'web-a', isSteady);
});

afterAll(() => under.stop());

const misbehave = (order: object) =>
  fetch(`${under.fleet.endpoint}/_fleet/misbehave`, { method: 'POST', body: JSON.stringify(order) });

afterEach(() => fetch(`${under.fleet.endpoint}/_fleet/misbehave`, { method: 'DELETE' }));

/** Follows a deployment until it is no longer in progress. */
async function followed(deploymentId: string): Promise<DeploymentProgress> {
  let progress = await runtime.progress({ cluster, service: 'web-b' }, deploymentId);
  await eventually('the deployment has ended', async () => {
    progress = await runtime.progress({ cluster, service: 'web-b' }, deploymentId);
    return progress.state !== 'inProgress';
  });
  return progress;
}

describe('looking', () => {
  test('describes a service with its counts and target groups', async () => {
    expect(await runtime.describe({ cluster, service: 'web-a' })).toEqual({
      service: 'web-a',
      active: true,
      taskDefinition: expect.stringMatching(/task-definition\/web:\d+$/),
      desired: 1,
      running: 1,
      deploymentId: expect.stringMatching(/^ecs-svc\/\d{19}$/),
      targetGroups: [groups.a],
    });
  });

  test('knows no service that is not there', async () => {
    expect(await runtime.describe({ cluster, service: 'none' })).toBeUndefined();
  });

  test('tells what really runs, and nothing where nothing runs', async () => {
    expect(await runtime.runningDigests({ cluster, service: 'web-a' }, 'app')).toEqual([digestOf('one')]);
    expect(await runtime.runningDigests({ cluster, service: 'web-a' }, 'sidecar')).toEqual([]);
    expect(await runtime.runningDigests({ cluster, service: 'web-b' }, 'app')).toEqual([]);
  });

  test.each([
    ['describing', () => runtime.describe({ cluster: 'none', service: 'web-a' })],
    ['deploying', () => runtime.deploy({ cluster: 'none', service: 'web-a' }, 'web', 1)],
    ['following', () => runtime.progress({ cluster: 'none', service: 'web-a' }, 'ecs-svc/1')],
  ])('%s in a cluster that is not there is refused with what to correct', async (_, call) => {
    const calling = call();

    await expect(calling).rejects.toBeInstanceOf(Refusal);
    await expect(calling).rejects.toThrow('ECS cluster none is not there; correct `cluster` in the spec');
  });

  test('following a service that is not there is refused with what to correct', async () => {
    const following = runtime.progress({ cluster, service: 'none' }, 'ecs-svc/1');

    await expect(following).rejects.toBeInstanceOf(Refusal);
    await expect(following).rejects.toThrow('correct `slots` in the spec');
  });
});

describe('deploying', () => {
  test('returns the deployment, which can be followed until its tasks run', async () => {
    const id = await runtime.deploy({ cluster, service: 'web-b' }, await registerVersion(under, 'two'), 1);
    const first = await runtime.progress({ cluster, service: 'web-b' }, id);
    const last = await followed(id);

    expect(first).toMatchObject({ state: 'inProgress', desired: 1 });
    expect(last).toMatchObject({ state: 'completed', running: 1, desired: 1 });
    expect(await runtime.runningDigests({ cluster, service: 'web-b' }, 'app')).toEqual([digestOf('two')]);
  });

  test('of what runs already begins a deployment of its own all the same', async () => {
    const same = named(await runtime.describe({ cluster, service: 'web-b' })).taskDefinition;
    const first = await runtime.deploy({ cluster, service: 'web-b' }, same, 0);

    expect(await runtime.deploy({ cluster, service: 'web-b' }, same, 0)).not.toBe(first);
  });

  test('that somebody else replaces is gone, and says so', async () => {
    const id = await runtime.deploy({ cluster, service: 'web-b' }, await registerVersion(under, 'two'), 0);
    await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web-b', taskDefinition: await registerVersion(under, 'one') }),
    );
    const progress = await followed(id);

    expect(progress.state).toBe('gone');
    expect(progress.reason).toContain(`${id} was replaced by another`);
  });

  test('that is being replaced is gone at once, though its tasks still run', async () => {
    const id = await runtime.deploy({ cluster, service: 'web-b' }, await registerVersion(under, 'two'), 1);
    await followed(id);
    await misbehave({ fault: 'slow-steady-state', service: 'web-b' });
    await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web-b', taskDefinition: await registerVersion(under, 'one') }),
    );

    expect(await runtime.progress({ cluster, service: 'web-b' }, id)).toEqual({
      state: 'gone',
      running: 1,
      desired: 1,
      reason: `deployment ${id} was replaced by another`,
    });
  });

  test('whose tasks do not start fails, with the reason that ECS gives', async () => {
    await misbehave({ fault: 'fail-to-start', service: 'web-b' });
    const id = await runtime.deploy({ cluster, service: 'web-b' }, await registerVersion(under, 'two'), 1);
    const progress = await followed(id);

    expect(progress).toMatchObject({ state: 'failed', running: 0, reason: expect.stringMatching(/circuit breaker/) });
  });

  test("switches off every way in which ECS would put green's former image back", async () => {
    const alarms = { alarmNames: ['too-many-errors'], enable: true, rollback: true };
    const deploymentConfiguration = {
      alarms,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      maximumPercent: 150,
      minimumHealthyPercent: 50,
    };
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web-b', deploymentConfiguration }));
    await runtime.deploy(
      { cluster, service: 'web-b' },
      named(await runtime.describe({ cluster, service: 'web-b' })).taskDefinition,
      0,
    );
    const { services } = await under.ecs.send(new DescribeServicesCommand({ cluster, services: ['web-b'] }));

    expect(services?.[0]?.deploymentConfiguration).toEqual({
      ...deploymentConfiguration,
      alarms: { ...alarms, rollback: false },
      deploymentCircuitBreaker: { enable: true, rollback: false },
      strategy: 'ROLLING',
    });
  });
});

describe('scaling', () => {
  test('changes the count and nothing else', async () => {
    const before = named(await runtime.describe({ cluster, service: 'web-a' }));
    await runtime.scale({ cluster, service: 'web-a' }, 2);
    const after = await serviceWhere(under, 'web-a', ({ runningCount }) => runningCount === 2);

    expect(after.taskDefinition).toBe(before.taskDefinition);
    expect(after.deployments).toHaveLength(1);
    expect(await runtime.runningDigests({ cluster, service: 'web-a' }, 'app')).toEqual([digestOf('one')]);
  });

  test('to zero is accepted at once, and the tasks go', async () => {
    await runtime.scale({ cluster, service: 'web-a' }, 0);

    expect(await runtime.describe({ cluster, service: 'web-a' })).toMatchObject({ desired: 0 });
    await serviceWhere(under, 'web-a', ({ runningCount }) => runningCount === 0);
    expect(await runtime.runningDigests({ cluster, service: 'web-a' }, 'app')).toEqual([]);
  });
});
