import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  CreateRuleCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { eventually } from '../setup/eventually.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  forward,
  isSteady,
  named,
  registerVersion,
  serviceWhere,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';
import { failuresIn, steadyTraffic } from './traffic.ts';

/** Requests that may not be sent twice, so that no retry of the balancer can hide a dropped one. */
const post = { method: 'POST', path: '/api/orders', body: '{"order":1}' };

let under: FleetUnderTest;
let blue: string;
let green: string;
let listener: { arn: string; url: string };

beforeEach(async () => {
  under = await startTestFleet();
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  listener = await createListener(under, await createLoadBalancer(under), forward([blue, 1], [green, 0]));
});

afterEach(async () => {
  await under.stop();
});

async function scale(service: string, desiredCount: number): Promise<void> {
  await under.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  await serviceWhere(
    under,
    service,
    ({ runningCount, pendingCount }) => runningCount === desiredCount && pendingCount === 0,
  );
}

/** Why the balancer failed requests, so that a failing test says it. */
async function balancerFailures(): Promise<unknown> {
  const stats: unknown = await (await fetch(`${under.fleet.endpoint}/_fleet/stats`)).json();
  return z.object({ balancerFailures: z.unknown() }).parse(stats).balancerFailures;
}

/** Targets that are to go are gone, those that are to stay are healthy. */
async function untilSettled(group: string, count: number): Promise<void> {
  await eventually(`${count} targets and no other`, async () => {
    const { TargetHealthDescriptions: targets = [] } = await under.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group }),
    );
    return targets.length === count && targets.every(({ TargetHealth }) => TargetHealth?.State === 'healthy');
  });
}

describe('no request is dropped under load', () => {
  test('while a service is scaled in and out, and its deployment stays the same', async () => {
    await createService(under, 'blue', blue, 'one', 3);
    const before = await serviceWhere(under, 'blue', isSteady);
    const traffic = steadyTraffic(listener.url, 12, post);

    for (const count of [1, 3, 1]) {
      await scale('blue', count);
      await untilSettled(blue, count);
    }
    const after = await serviceWhere(under, 'blue', isSteady);
    await eventually('more than 300 requests were answered', () => traffic.seen.length > 300);
    const seen = await traffic.stop();

    expect([failuresIn(seen), await balancerFailures()]).toEqual([[], {}]);
    expect(after.deployments?.[0]?.id).toBe(before.deployments?.[0]?.id);
  });

  test('while a service moves to a new version task by task', async () => {
    await createService(under, 'blue', blue, 'one', 2);
    await serviceWhere(under, 'blue', isSteady);
    const traffic = steadyTraffic(listener.url, 12, post);

    await under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'blue', taskDefinition: await registerVersion(under, 'two') }),
    );
    await serviceWhere(under, 'blue', isSteady);
    const seen = await traffic.stop();

    expect([failuresIn(seen), await balancerFailures()]).toEqual([[], {}]);
    expect(new Set(seen.map(({ body }) => body.includes('"two"')))).toEqual(new Set([true, false]));
  });

  test('while traffic moves to the other slot and the first one is drained to nothing', async () => {
    await createService(under, 'blue', blue, 'slow', 2);
    await createService(under, 'green', green, 'two', 2);
    const { Rules } = await under.elb.send(
      new CreateRuleCommand({
        ListenerArn: listener.arn,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
        Actions: [forward([blue, 100], [green, 0])],
      }),
    );
    await Promise.all([serviceWhere(under, 'blue', isSteady), serviceWhere(under, 'green', isSteady)]);
    const traffic = steadyTraffic(listener.url, 12, post);
    await eventually('blue answers', () => traffic.seen.length > 12);

    await under.elb.send(
      new ModifyRuleCommand({ RuleArn: named(Rules?.[0]?.RuleArn), Actions: [forward([blue, 0], [green, 100])] }),
    );
    await scale('blue', 0);
    await untilSettled(blue, 0);
    const seen = await traffic.stop();

    expect([failuresIn(seen), await balancerFailures()]).toEqual([[], {}]);
    expect(seen.at(-1)?.body).toContain('"two"');
  });
});

describe('a task that is scaled in', () => {
  test('leaves its target group first, finishes what it works on, and ends by SIGTERM', async () => {
    // Long enough to be seen while it drains, on a slow machine too.
    await under.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: blue,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '8' }],
      }),
    );
    await createService(under, 'blue', blue, 'slow', 1);
    await serviceWhere(under, 'blue', isSteady);
    const { taskArns } = await under.ecs.send(new ListTasksCommand({ cluster, serviceName: 'blue' }));
    const underWay = fetch(listener.url);
    await eventually('the task works on it', async () => {
      const stats: unknown = await (await fetch(`${under.fleet.endpoint}/_fleet/stats`)).json();
      return JSON.stringify(stats).includes('"inFlight":1');
    });
    await scale('blue', 0);

    expect((await underWay).status).toBe(200);
    const task = async () =>
      named((await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: named(taskArns) }))).tasks?.[0]);
    expect(await task()).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: 'DEACTIVATING' });
    await eventually('the task has stopped', async () => (await task()).lastStatus === 'STOPPED');
    expect(await task()).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/),
      containers: [{ exitCode: 0 }],
    });
  });

  test('gets no new request while its target drains', async () => {
    await createService(under, 'blue', blue, 'one', 1);
    await serviceWhere(under, 'blue', isSteady);
    const { TargetHealthDescriptions: [target] = [] } = await under.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: blue }),
    );
    await under.elb.send(
      new DeregisterTargetsCommand({
        TargetGroupArn: blue,
        Targets: [{ Id: '127.0.0.1', Port: named(target?.Target?.Port) }],
      }),
    );

    expect((await fetch(listener.url)).status).toBe(503);
    const { TargetHealthDescriptions } = await under.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: blue }),
    );
    expect(TargetHealthDescriptions?.map(({ TargetHealth }) => [TargetHealth?.State, TargetHealth?.Reason])).toEqual([
      ['draining', 'Target.DeregistrationInProgress'],
    ]);
  });
});
