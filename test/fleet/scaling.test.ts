import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  DeleteScheduledActionCommand,
  RegisterScalableTargetCommand,
  ValidationException,
} from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  type FleetUnderTest,
  forward,
  isSteady,
  serviceWhere,
  startTestFleet,
} from './fleet-under-test.ts';
import { causesOf, register, resourceLabel, scalable, scalingClient, track } from './scaling.ts';
import { steadyTraffic } from './traffic.ts';

let under: FleetUnderTest;
let scaling: ApplicationAutoScalingClient;
let label: string;
let url: string;

beforeEach(async () => {
  under = await startTestFleet({ scalingPeriodSeconds: 0.1 });
  scaling = scalingClient(under);
  const group = await createGroup(under, 'web');
  const balancer = await createLoadBalancer(under);
  const listener = await createListener(under, balancer, forward([group, 1]));
  url = listener.url;
  label = resourceLabel(balancer, group);
  await createService(under, 'web', group, 'one', 2);
  await serviceWhere(under, 'web', isSteady);
});

afterEach(async () => {
  scaling.destroy();
  await under.stop();
});

const countOf = async () => (await serviceWhere(under, 'web', () => true)).desiredCount;

describe('target tracking', () => {
  test('adds tasks where each gets more requests than the target, and takes them away when the load has gone', async () => {
    await register(scaling, 'web', [1, 3]);
    await track(scaling, 'web', label, 60);
    const busy = steadyTraffic(url, 2);
    await serviceWhere(under, 'web', ({ desiredCount }) => desiredCount === 3);
    await busy.stop();
    // One request keeps the metric alive: without any data nothing is scaled in.
    const trickle = setInterval(() => void fetch(url).catch(() => undefined), 100);
    await track(scaling, 'web', label, 100_000);
    await serviceWhere(under, 'web', ({ desiredCount }) => desiredCount === 1);
    clearInterval(trickle);

    expect(await causesOf(scaling, 'web')).toEqual([
      'Setting desired count to 1. monitor alarm in state ALARM triggered policy web-requests',
      'Setting desired count to 3. monitor alarm in state ALARM triggered policy web-requests',
    ]);
  });

  test('takes nothing away while scaling in is suspended, and does once it is resumed', async () => {
    await register(scaling, 'web', [1, 3], { DynamicScalingInSuspended: true });
    await track(scaling, 'web', label, 1_000_000);
    const traffic = steadyTraffic(url, 1);
    // Twice the periods after which it would be scaled in.
    await sleep(3000);
    const held = await countOf();
    await register(scaling, 'web', [1, 3], { DynamicScalingInSuspended: false });
    await serviceWhere(under, 'web', ({ desiredCount }) => desiredCount === 1);
    await traffic.stop();

    expect(held).toBe(2);
  });

  test('leaves a service at zero alone', async () => {
    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', desiredCount: 0 }));
    await register(scaling, 'web', [0, 3]);

    expect(await countOf()).toBe(0);
  });

  test('refuses a policy that the fleet could not measure', async () => {
    await register(scaling, 'web', [1, 3]);
    const putting = scaling.send(
      new PutScalingPolicyCommand({
        ...scalable('web'),
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        },
      }),
    );

    await expect(putting).rejects.toBeInstanceOf(ValidationException);
    await expect(putting).rejects.toThrow('not ECSServiceAverageCPUUtilization');
  });
});

describe('scalable targets', () => {
  test('keep what an update does not name, and put the count within the limits', async () => {
    await register(scaling, 'web', [1, 3], { ScheduledScalingSuspended: true });
    await scaling.send(new RegisterScalableTargetCommand({ ...scalable('web'), MinCapacity: 3 }));
    const { ScalableTargets } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));

    expect(ScalableTargets).toEqual([
      expect.objectContaining({
        ResourceId: 'service/test/web',
        MinCapacity: 3,
        MaxCapacity: 3,
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: true,
        },
        ScalableTargetARN: expect.stringMatching(/^arn:aws:application-autoscaling:.*:scalable-target\/[0-9a-f]{32}$/),
      }),
    ]);
    expect(await countOf()).toBe(3);
  });

  test('take their policies and scheduled actions with them', async () => {
    await register(scaling, 'web', [1, 3]);
    await track(scaling, 'web', label, 60);
    await scaling.send(new DeregisterScalableTargetCommand(scalable('web')));
    const { ScalingPolicies } = await scaling.send(new DescribeScalingPoliciesCommand(scalable('web')));

    expect(ScalingPolicies).toEqual([]);
    await expect(scaling.send(new DeregisterScalableTargetCommand(scalable('web')))).rejects.toBeInstanceOf(
      ObjectNotFoundException,
    );
  });

  test('are refused for a service that is not there, without limits, or with limits the wrong way round', async () => {
    await expect(register(scaling, 'none', [1, 3])).rejects.toBeInstanceOf(ValidationException);
    await expect(register(scaling, 'web', [3, 1])).rejects.toThrow('cannot be less than minimum capacity');
    await expect(
      scaling.send(new RegisterScalableTargetCommand({ ...scalable('web'), MaxCapacity: 3 })),
    ).rejects.toBeInstanceOf(ValidationException);
    await expect(
      scaling.send(new DeleteScalingPolicyCommand({ ...scalable('web'), PolicyName: 'none' })),
    ).rejects.toBeInstanceOf(ObjectNotFoundException);
  });
});

describe('scheduled actions', () => {
  const put = (name: string, min: number) =>
    scaling.send(
      new PutScheduledActionCommand({
        ...scalable('web'),
        ScheduledActionName: name,
        Schedule: `at(${new Date(Date.now() - 1000).toISOString().slice(0, 19)})`,
        ScalableTargetAction: { MinCapacity: min, MaxCapacity: 4 },
      }),
    );

  test('come true at their time, and not while they are suspended', async () => {
    await register(scaling, 'web', [1, 4], { ScheduledScalingSuspended: true });
    await put('missed', 4);
    await sleep(500);
    const held = await countOf();
    await register(scaling, 'web', [1, 4], { ScheduledScalingSuspended: false });
    await put('morning', 3);
    await serviceWhere(under, 'web', ({ desiredCount }) => desiredCount === 3);
    const { ScheduledActions = [] } = await scaling.send(new DescribeScheduledActionsCommand(scalable('web')));

    expect(held).toBe(2);
    expect(ScheduledActions.map((action) => action.ScheduledActionName)).toEqual(['missed', 'morning']);
    await scaling.send(new DeleteScheduledActionCommand({ ...scalable('web'), ScheduledActionName: 'morning' }));
  });
});
