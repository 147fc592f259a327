import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateServiceCommand,
  DescribeServiceRevisionsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
} from '@aws-sdk/client-ecs';
import { digestOf } from '../../examples/web/versions.ts';
import { cluster, named, registerVersion, serviceWhere } from './fleet-under-test.ts';
import { atOnce, bindings, linear, type NativeService, pauseAt, startNativeService } from './native-service.ts';
import { nameOf } from './refused.ts';
import { failuresIn, steadyTraffic } from './traffic.ts';

let service: NativeService;
beforeEach(async () => {
  service = await startNativeService({ minuteSeconds: 0.2 });
});
afterEach(() => service.front.under.stop());

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
    expect(await service.versionsServed()).toEqual(new Set(['two']));
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
