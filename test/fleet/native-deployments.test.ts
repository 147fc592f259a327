import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateServiceCommand,
  DescribeServiceRevisionsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
} from '@aws-sdk/client-ecs';
import { ModifyRuleCommand, type Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { digestOf } from '../../examples/web/versions.ts';
import { cluster, forward, named, registerVersion, serviceWhere } from './fleet-under-test.ts';
import { bindings, type NativeService, pauseAt, startNativeService } from './native-service.ts';
import { nameOf } from './refused.ts';
import { failuresIn, steadyTraffic } from './traffic.ts';

/** Nothing bakes unless a test says so. */
const linear = (stepPercent: number): DeploymentConfiguration => ({
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 0 },
});
const atOnce: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };

let service: NativeService;
beforeEach(async () => {
  service = await startNativeService({ minuteSeconds: 0.2 });
});
afterEach(() => service.front.under.stop());

async function misbehave(order: object): Promise<void> {
  await fetch(`${service.front.under.fleet.endpoint}/_fleet/misbehave`, {
    method: 'POST',
    body: JSON.stringify(order),
  });
}

async function versionServed(): Promise<unknown> {
  const body: unknown = await (await fetch(service.url)).json();
  return Reflect.get(Object(body), 'version');
}

async function versionsServed(): Promise<ReadonlySet<unknown>> {
  return new Set(await Promise.all(Array.from({ length: 40 }, versionServed)));
}

describe('a deployment in which ECS moves traffic', () => {
  test('holds at every step for its answer, and loses no request', async () => {
    const traffic = steadyTraffic(service.url, 2);
    const hooks = pauseAt(['POST_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT']);
    const arn = await service.deploy('two', { ...linear(40), lifecycleHooks: [hooks] });
    const seen: unknown[] = [];
    const ids = new Set<string>();
    for (let index = 0; index < 5; index += 1) {
      const id = await service.pause(arn);
      ids.add(id);
      const { lifecycleStage, targetServiceRevision: target } = await service.describe(arn);
      seen.push([lifecycleStage, target?.requestedProductionTrafficWeight, await service.weights()]);
      await service.answer(arn, id);
    }
    const end = await service.ended(arn);
    const answered = await traffic.stop();

    expect(seen).toEqual([
      ['POST_SCALE_UP', 0, [100, 0]],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0, [100, 0]],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 40, [60, 40]],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', 80, [20, 80]],
      ['POST_PRODUCTION_TRAFFIC_SHIFT', 100, [0, 100]],
    ]);
    expect(ids.size).toBe(5);
    expect(end).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
    expect(end.lifecycleHookDetails?.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'SUCCEEDED'));
    expect(failuresIn(answered)).toEqual([]);
    expect(await versionsServed()).toEqual(new Set(['two']));
    expect(await serviceWhere(service.front.under, 'web', ({ runningCount }) => runningCount === 1)).toMatchObject({
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    });
  });

  test('puts each revision into the target group that the one before does not use', async () => {
    const { blue, green } = service.front;
    const first = await service.ended(await service.deploy('two', atOnce));
    const second = await service.ended(await service.deploy('one', atOnce));

    expect(await service.groupOf(first.sourceServiceRevisions?.[0]?.arn)).toBe(blue);
    expect(await service.groupOf(first.targetServiceRevision?.arn)).toBe(green);
    expect(await service.groupOf(second.targetServiceRevision?.arn)).toBe(blue);
    expect(await service.weights()).toEqual([100, 0]);
  });

  test('bakes for its minutes at each step and after the last, as a canary and after it', async () => {
    const canaryConfiguration = { canaryPercent: 0.5, canaryBakeTimeInMinutes: 1 };
    const started = performance.now();
    const arn = await service.deploy('two', { strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 1 });
    await service.where(
      arn,
      ({ targetServiceRevision }) => targetServiceRevision?.requestedProductionTrafficWeight === 0.5,
    );

    expect(await service.weights()).toEqual([995, 5]);
    expect(await service.ended(arn)).toMatchObject({ status: 'SUCCESSFUL' });
    expect(performance.now() - started).toBeGreaterThan(400);
  });

  test('names its images by digest once they run', async () => {
    const { targetServiceRevision } = await service.ended(await service.deploy('two', atOnce));
    const { serviceRevisions } = await service.front.under.ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: [named(targetServiceRevision?.arn)],
      }),
    );

    expect(serviceRevisions?.[0]?.containerImages).toEqual([
      { containerName: 'app', image: 'registry.test/web:two', imageDigest: digestOf('two') },
    ]);
  });

  test('of a new service moves all traffic at once, and pauses as any other', async () => {
    const { under } = service.front;
    await service.front.under.ecs.send(
      new CreateServiceCommand({
        ...{ cluster, serviceName: 'new', desiredCount: 0, taskDefinition: await registerVersion(under, 'one') },
        loadBalancers: bindings(service.front),
        deploymentConfiguration: { ...linear(10), lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT'])] },
      }),
    );
    const { currentServiceDeployment } = await serviceWhere(under, 'new', () => true);
    const arn = named(currentServiceDeployment);
    await service.answer(arn, await service.pause(arn));

    expect(await service.ended(arn)).toMatchObject({ status: 'SUCCESSFUL', sourceServiceRevisions: [] });
    expect(await service.weights()).toEqual([100, 0]);
  });
});

describe('the way back of such a deployment', () => {
  const halfWay: DeploymentConfiguration = {
    ...linear(50),
    lifecycleHooks: [pauseAt(['PRE_PRODUCTION_TRAFFIC_SHIFT'])],
  };

  /** Deploys version two and answers one pause: half of the traffic has moved, and the next pause waits. */
  async function atHalf(configuration = halfWay): Promise<{ arn: string; hookId: string }> {
    const arn = await service.deploy('two', configuration);
    await service.answer(arn, await service.pause(arn));
    const hookId = await service.pause(arn);
    expect(await service.weights()).toEqual([50, 50]);
    return { arn, hookId };
  }

  test.each(['an answer', 'a stop'])('is taken after %s, and loses no request', async (by) => {
    const { arn, hookId } = await atHalf();
    const traffic = steadyTraffic(service.url, 2);
    if (by === 'an answer') await service.answer(arn, hookId, 'ROLLBACK');
    else await service.front.under.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    const end = await service.ended(arn);

    expect(end.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(end.rollback?.serviceRevisionArn).toBe(end.sourceServiceRevisions?.[0]?.arn);
    expect(end.statusReason).toContain(by === 'an answer' ? 'was answered with ROLLBACK' : 'stop request');
    expect(await service.weights()).toEqual([100, 0]);
    await serviceWhere(
      service.front.under,
      'web',
      ({ deployments, runningCount }) => runningCount === 1 && deployments?.length === 1,
    );
    expect(failuresIn(await traffic.stop())).toEqual([]);
    expect(await versionsServed()).toEqual(new Set(['one']));
  });

  test.each(['ROLLBACK', 'CONTINUE'] as const)(
    'follows a pause that times out, where that says so: %s',
    async (action) => {
      const hooks = [pauseAt(['POST_SCALE_UP'], 1, action)];
      const end = await service.ended(await service.deploy('two', { ...atOnce, lifecycleHooks: hooks }));

      expect(end.lifecycleHookDetails).toMatchObject([{ status: 'TIMED_OUT', timeoutAction: action }]);
      expect(end.status).toBe(action === 'ROLLBACK' ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL');
    },
  );

  test('is taken from a stage that lasts longer than a day', async () => {
    await service.front.under.stop();
    service = await startNativeService({ minuteSeconds: 0.001 });
    await misbehave({ fault: 'stuck-stage', at: 'web POST_SCALE_UP' });
    const end = await service.ended(await service.deploy('two', atOnce));

    expect(end).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'The lifecycle stage POST_SCALE_UP took longer than 24 hours.',
    });
  });

  test('can fail, and then leaves weights and both versions as they are', async () => {
    await misbehave({ fault: 'fail-rollback', service: 'web' });
    const { arn, hookId } = await atHalf();
    await service.answer(arn, hookId, 'ROLLBACK');

    expect(await service.ended(arn)).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect(await service.weights()).toEqual([50, 50]);
    expect(await versionsServed()).toEqual(new Set(['one', 'two']));
  });

  test('can be written over once more by a step that was in flight', async () => {
    await misbehave({ fault: 'late-write', service: 'web', afterSeconds: 0.5 });
    const { arn, hookId } = await atHalf();
    await service.answer(arn, hookId, 'ROLLBACK');
    await service.ended(arn);
    const changes = async () => {
      const response = await fetch(`${service.front.under.fleet.endpoint}/_fleet/changes`);
      return JSON.stringify(await response.json());
    };
    const written = `"${service.front.green}":50`;
    while ((await changes()).split(written).length < 3) await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await service.weights()).toEqual([50, 50]);
  });

  const action = (Type: 'redirect'): Action => ({ Type, RedirectConfig: { StatusCode: 'HTTP_302', Host: 'x.test' } });
  test.each<[string, (front: NativeService['front']) => Action, string]>([
    [
      'lacks a target group',
      ({ blue }) => forward([blue, 1]),
      'Both targetGroup and alternateTargetGroup must be associated',
    ],
    ['does not forward', () => action('redirect'), 'has actions other than forward'],
  ])('is taken where the rule %s', async (_, actionOf, reason) => {
    const { under, rule } = service.front;
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [actionOf(service.front)] }));

    expect(await service.ended(await service.deploy('two', atOnce))).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: expect.stringContaining(reason),
    });
  });

  test('is taken by the deployment that supersedes another, before it begins', async () => {
    const { arn } = await atHalf();
    const traffic = steadyTraffic(service.url, 2);
    const next = await service.deploy('slow', { ...atOnce, lifecycleHooks: [] });
    const [older, newer] = [await service.ended(arn), await service.ended(next)];

    expect(older).toMatchObject({ status: 'STOPPED', statusReason: 'A new service deployment started.' });
    expect(newer.status).toBe('SUCCESSFUL');
    expect(newer.sourceServiceRevisions).toHaveLength(2);
    expect(failuresIn(await traffic.stop())).toEqual([]);
    expect(await versionsServed()).toEqual(new Set(['slow']));
  });
});

describe('ECS refuses', () => {
  test.each<[string, DeploymentConfiguration, string]>([
    [
      'a pause while traffic moves',
      { lifecycleHooks: [pauseAt(['PRODUCTION_TRAFFIC_SHIFT'])] },
      'PRODUCTION_TRAFFIC_SHIFT',
    ],
    ['a pause that lasts too long', { lifecycleHooks: [pauseAt(['POST_SCALE_UP'], 20_161)] }, 'timeoutInMinutes'],
    [
      'more than ten pauses',
      { lifecycleHooks: Array.from({ length: 11 }, () => pauseAt(['POST_SCALE_UP'])) },
      'at most 10',
    ],
    ['a hook without a stage', { lifecycleHooks: [pauseAt([])] }, 'Lifecycle stages cannot be empty'],
    ['no bake time', { bakeTimeInMinutes: undefined }, 'bakeTimeInMinutes is required'],
  ])('%s', async (_, configuration, message) => {
    await expect(service.deploy('two', { ...atOnce, ...configuration })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  test('answers and stops that nothing waits for', async () => {
    const { ecs } = service.front.under;
    const arn = await service.deploy('two', { ...atOnce, lifecycleHooks: [pauseAt(['POST_SCALE_UP'])] });
    const hookId = await service.pause(arn);
    await service.answer(arn, hookId);
    await service.ended(arn);
    const stop = (serviceDeploymentArn: string, stopType?: 'ABORT') =>
      nameOf(ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType })));

    expect(await nameOf(service.answer(arn, hookId))).toBe('InvalidParameterException');
    expect(await nameOf(service.answer(`${arn}x`, hookId))).toBe('ServiceDeploymentNotFoundException');
    expect(await stop(arn)).toBe('ConflictException');
    expect(await stop(`${arn}x`)).toBe('ServiceDeploymentNotFoundException');
    expect(await stop(arn, 'ABORT')).toBe('UnsupportedFeatureException');
  });
});

test('a change of the configuration alone begins no deployment, and counts for the next one', async () => {
  const { ecs } = service.front.under;
  await ecs.send(
    new UpdateServiceCommand({
      ...{ cluster, service: 'web' },
      deploymentConfiguration: { ...atOnce, lifecycleHooks: [pauseAt(['PRE_SCALE_UP'])] },
    }),
  );

  expect(await service.deployments()).toEqual([]);
  await ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'web',
      taskDefinition: await registerVersion(service.front.under, 'two'),
    }),
  );
  const [arn] = await service.deployments();
  await service.pause(named(arn));

  expect(await service.describe(named(arn))).toMatchObject({ lifecycleStage: 'PRE_SCALE_UP', status: 'IN_PROGRESS' });
});

test('the event bus is told of each pause and of its end', async () => {
  const told: Record<string, unknown>[] = [];
  const bus = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: Record<string, unknown>[] };
      told.push(...Entries);
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
    });
  });
  await new Promise<void>((resolve) => bus.listen(0, '127.0.0.1', resolve));
  const address = bus.address();
  const port = typeof address === 'object' ? named(address?.port) : 0;
  await service.front.under.stop();
  service = await startNativeService({ minuteSeconds: 0.2, eventsEndpoint: `http://127.0.0.1:${port}` });
  const arn = await service.deploy('two', { ...atOnce, lifecycleHooks: [pauseAt(['POST_SCALE_UP'])] });
  const hookId = await service.pause(arn);
  await service.answer(arn, hookId);
  await service.ended(arn);
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 25));
  bus.close();
  bus.closeAllConnections();

  const detail = { hookId, hookType: 'PAUSE', lifecycleStage: 'POST_SCALE_UP', serviceDeploymentArn: arn };
  expect(told).toMatchObject([
    { Source: 'local.ecs', DetailType: 'ECS Hook State Change', Resources: [arn] },
    { Source: 'local.ecs', DetailType: 'ECS Hook State Change', Resources: [arn] },
  ]);
  expect(told.map(({ Detail }) => JSON.parse(String(Detail)) as unknown)).toMatchObject([
    { ...detail, eventName: 'HOOK_AWAITING_ACTION' },
    { ...detail, eventName: 'HOOK_SUCCEEDED' },
  ]);
});
