import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceDeployment } from '../../../lib/drivers/service-deployments.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receiveHook, receiveHookInput } from '../../../lib/usecases/attached/receive-hook.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { altered } from '../watched-world.ts';

const place = 'eu-west-1:111122223333';
const arn = `arn:aws:ecs:${place}:service-deployment/main/web/0EYSiB0qap8xf0N76FsbE`;
const group = (name: string) => `arn:aws:elasticloadbalancing:${place}:targetgroup/${name}/0123456789abcdef`;

const hook = receiveHookInput.parse({
  id: 'event-1',
  source: 'aws.ecs',
  'detail-type': 'ECS Hook State Change',
  detail: {
    eventName: 'HOOK_AWAITING_ACTION',
    hookType: 'PAUSE',
    hookId: 'ecs-pause-1',
    lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    serviceArn: `arn:aws:ecs:${place}:service/main/web`,
    serviceDeploymentArn: arn,
  },
});

const revision = (name: string, digest: string) => ({
  ...{ arn: `revision-${name}`, taskDefinition: `task-definition/web:${name}`, targetGroups: [group(name)] },
  ...{ digests: { app: digest }, desired: 1, running: 1 },
});

const twoServices = {
  a: { service: 'web', targetGroup: group('1') },
  b: { service: 'web-b', targetGroup: group('2') },
};

let world: ModelWorld;
let deployment: ServiceDeployment;
let answers: unknown[];

beforeEach(async () => {
  world = new ModelWorld();
  answers = [];
  deployment = {
    ...{
      arn,
      state: 'underWay',
      stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
      reason: '',
      hasEnded: false,
      hasFailedToGoBack: false,
      weight: 0,
    },
    ...{ pauses: ['ecs-pause-1'], source: revision('1', digestOf('a')), target: revision('2', digestOf('b')) },
    ...{ sources: 1, goesOnAlone: false },
    settings: { strategy: 'LINEAR', stepPercent: 10, stepBakeMinutes: 0, hooks: [] },
  };
  await apply();
});

async function apply(overrides: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const spec = modelSpec({
    ...{ driver: 'ecs-native', cluster: 'main', container: 'app', taskDefinition: 'from-event' },
    slots: { a: { service: 'web', targetGroup: group('1') }, b: { service: 'web', targetGroup: group('2') } },
    ...overrides,
  });
  await world.store.putSpec(spec, 'a test', world.now().toISOString());
}

function given(changes: Partial<ServiceDeployment>): Promise<void> {
  deployment = { ...deployment, ...changes };
  return Promise.resolve();
}

function receive(event = hook) {
  const deployments = {
    read: (of: string) => Promise.resolve(of === deployment.arn ? deployment : undefined),
    newest: () => Promise.resolve(deployment),
    begin: () => Promise.resolve(arn),
    answer: (...answer: readonly string[]) => Promise.resolve(void answers.push(answer)),
    goBack: () => Promise.resolve(),
  };
  return receiveHook(event, altered(world, { runtime: { deployments } }));
}

describe('a pause of an attached service', () => {
  test('starts the rollout of its deployment, once for all of its pauses', async () => {
    expect(await receive()).toMatchObject({ service: 'web', outcome: 'started' });
    deployment = { ...deployment, pauses: ['ecs-pause-2'], weight: 50 };
    const later = { ...hook, detail: { ...hook.detail, hookId: 'ecs-pause-2' } };

    expect(await receive(later)).toMatchObject({ outcome: 'alreadyStarted' });
    expect(world.started.map(({ input }) => input)).toEqual([
      {
        service: 'web',
        image: digestOf('b'),
        taskDefinition: 'task-definition/web:2',
        requestedBy: 'deployment 0EYSiB0qap8xf0N76FsbE of ECS',
        traceId: 'event-1',
      },
    ]);
    expect(answers).toEqual([]);
  });

  test('starts another rollout for another deployment', async () => {
    await receive();
    deployment = { ...deployment, arn: `${arn}2` };
    await receive({ ...hook, detail: { ...hook.detail, serviceDeploymentArn: `${arn}2` } });

    expect(new Set(world.started.map(({ name }) => name)).size).toBe(2);
  });

  test.each<[string, () => void]>([
    ['of a service that had nothing before', () => (deployment = { ...deployment, source: undefined })],
    ['of the version that serves', () => (deployment = { ...deployment, source: revision('2', digestOf('b')) })],
  ])('%s is answered at once: there is nothing to judge', async (_, given) => {
    given();

    expect(await receive()).toMatchObject({ outcome: 'continued' });
    expect(answers).toEqual([[arn, 'ecs-pause-1', 'CONTINUE']]);
    expect(world.started).toEqual([]);
  });

  test.each<[string, Partial<ServiceDeployment>]>([
    ['an image under a tag that has moved', { source: revision('2', digestOf('a')) }],
    ['the version of one of two that serve', { source: revision('2', digestOf('b')), sources: 2 }],
  ])('judges %s, though the task definition is the same', async (_, changes) => {
    await given(changes);

    expect(await receive()).toMatchObject({ outcome: 'started' });
    expect(answers).toEqual([]);
  });

  test('takes a deployment back whose hooks go on by themselves: a version that is rejected would get all traffic', async () => {
    await given({ goesOnAlone: true });

    expect(await receive()).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('ROLLBACK') });
    expect(answers).toEqual([[arn, 'ecs-pause-1', 'ROLLBACK']]);
    expect(world.started).toEqual([]);
  });

  test.each<[string, () => Promise<void>]>([
    ['of a service that no spec names', () => apply({ cluster: 'other' })],
    ['of a service whose slots are services', () => apply({ driver: 'slots', slots: twoServices })],
    ['that was answered meanwhile', () => given({ pauses: [] })],
    ['of a deployment that ECS does not know', () => given({ arn: `${arn}x` })],
  ])('%s is left alone', async (_, prepare) => {
    await prepare();

    expect(await receive()).toMatchObject({ outcome: 'ignored' });
    expect([...answers, ...world.started]).toEqual([]);
  });

  test('comes again where ECS does not tell the digest yet', async () => {
    deployment = { ...deployment, target: { ...revision('2', ''), digests: {} } };

    await expect(receive()).rejects.toThrow('ECS does not tell the digest of container app');
    expect([...answers, ...world.started]).toEqual([]);
  });
});

test('hostile events are refused before anything is read', () => {
  for (const detail of [
    { serviceArn: '*' },
    { hookId: '' },
    { eventName: 'HOOK_SUCCEEDED' },
    { hookType: 'AWS_LAMBDA' },
  ])
    expect(receiveHookInput.safeParse({ ...hook, detail: { ...hook.detail, ...detail } }).success).toBe(false);
});

test('nobody else starts a rollout of an attached service', async () => {
  const started = await openRollout(
    {
      request: { service: 'web', image: digestOf('b') },
      executionArn: 'execution',
      startedAt: world.now().toISOString(),
    },
    world,
  );

  expect(started).toMatchObject({ outcome: 'rejected' });
});
