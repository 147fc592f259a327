import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RolloutStore, StaleWrite } from '../../../lib/ports/rollout-store.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { digestOf, modelArns, modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo, openInput } from '../journey.ts';
import { altered, watched } from '../watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('applied');
});

const asked = (request: unknown) => ({ ...openInput(), request });
const open = (request: unknown) => openRollout(asked(request), journey.world);
const registryUri = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web';

describe('what a person may write', () => {
  test.each([
    ['a tag', goodImage],
    ['a digest', digestOf('b')],
    ['repository and tag', `shop/web:${goodImage}`],
    ['repository and digest', `shop/web@${digestOf('b')}`],
    ['everything', `${registryUri}:${goodImage}@${digestOf('b')}`],
  ])('%s is pinned to the digest', async (_, image) => {
    expect(await open({ service: 'web', image })).toMatchObject({ outcome: 'opened', image: goodImage, fence: 1 });
    const [{ rolloutId } = { rolloutId: '' }] = await journey.world.store.list('web', 1);

    expect((await journey.world.store.load(rolloutId))?.state.image).toEqual({
      repositoryUri: registryUri,
      digest: digestOf('b'),
      tag: goodImage,
    });
  });

  test.each([
    [
      'an image of another private registry',
      { service: 'web', image: `999988887777.dkr.ecr.eu-west-1.amazonaws.com/shop/web:${goodImage}` },
      `is of another registry than ${registryUri}; correct \`image.registry\` in the spec`,
    ],
    [
      'an image of ECR Public',
      { service: 'web', image: `public.ecr.aws/shop/web:${goodImage}` },
      'public.ecr.aws is Amazon ECR Public: it announces no pushes',
    ],
    [
      'an image of a registry of another maker',
      { service: 'web', image: `ghcr.io/shop/web:${goodImage}` },
      'ghcr.io is no private Amazon ECR registry: it announces no pushes',
    ],
    ['no service', { image: goodImage }, 'service: expected the name of a service'],
    ['a number for a service', { service: 7, image: goodImage }, 'service: expected the name of a service'],
    ['no image', { service: 'web' }, 'image: expected a tag, a digest or an image reference'],
    ['an empty image', { service: 'web', image: '' }, 'image: expected a tag'],
    ['a trace id that could break out of a message', { service: 'web', image: goodImage, traceId: 'a b\n' }, 'traceId'],
    ['a requester beyond measure', { service: 'web', image: goodImage, requestedBy: 'x'.repeat(201) }, 'requestedBy'],
    ['a list', [], 'expected object'],
    ['null', null, 'expected object'],
  ])('%s is refused with what to change, and nothing is touched', async (_, request, reason) => {
    const { world, changes } = watched(journey.world);

    expect(await openRollout(asked(request), world)).toEqual({
      outcome: 'rejected',
      reason: expect.stringContaining(reason),
    });
    expect(changes()).toEqual([]);
    expect(await journey.world.store.service('web')).toEqual({ lockedBy: undefined, retention: undefined });
  });

  test('a hostile input does not come back beyond what an execution can tell', async () => {
    const answer = await open({ service: 'web', image: goodImage, ['k'.repeat(100_000)]: 1 });

    expect(answer.outcome === 'rejected' ? answer.reason.length : 0).toBeLessThanOrEqual(2000);
  });
});

describe('a spec that shares a rule with the spec in force of another service, applied before that was refused', () => {
  beforeEach(async () => {
    await journey.world.store.putSpec(
      modelSpec({ service: 'evil', approvals: { people: [] } }),
      'Eve',
      openInput().startedAt,
    );
  });

  test.each([
    ['evil', 'web'],
    ['web', 'evil'],
  ])('starts nothing of %s, names %s, and touches nothing', async (service, other) => {
    const { world, changes } = watched(journey.world);

    expect(await openRollout(asked({ service, image: goodImage }), world)).toEqual({
      outcome: 'rejected',
      reason: expect.stringContaining(`The spec of ${other} in force names listener rule`),
    });
    expect(changes()).toEqual([]);
  });
});

test('what a rollout of another service goes on with starts nothing, though the spec of that one names it no more', async () => {
  const { store } = journey.world;
  const { startedAt } = openInput();
  const spec = modelSpec({ service: 'old' });
  await store.open('old-1', openedEvent({ service: 'old', spec }), startedAt);
  const other = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/other';
  const slots = {
    a: { service: 'old-a', targetGroup: `${other}/00000000000000a1` },
    b: { service: 'old-b', targetGroup: `${other}/00000000000000b1` },
  };
  const rule = `${modelArns.rule.slice(0, modelArns.rule.lastIndexOf('/'))}/00000000000000c1`;
  await store.putSpec(modelSpec({ service: 'old', slots, traffic: [{ rule }] }), 'Ann', startedAt);

  expect(await open({ service: 'web', image: goodImage })).toEqual({
    outcome: 'rejected',
    reason: expect.stringMatching(/^Rollout old-1 of old, which is under way, names listener rule/),
  });
  store.load = (rolloutId) =>
    rolloutId === 'old-1'
      ? Promise.reject(new Error('Its state is not what Sluice writes.'))
      : Promise.resolve(undefined);
  expect(await open({ service: 'web', image: goodImage })).toMatchObject({ outcome: 'opened' });
});

test('a spec of another service that cannot be read does not keep this one from opening', async () => {
  const store: Pick<RolloutStore, 'holders'> = journey.world.store;
  const holders = store.holders.bind(store);
  store.holders = (unreadable) =>
    unreadable === 'skipped' ? holders() : Promise.reject(new Error('The spec of evil is not what Sluice writes.'));

  expect(await open({ service: 'web', image: goodImage })).toMatchObject({ outcome: 'opened' });
});

describe('what the world must look like', () => {
  const split = (a: number, b: number) => [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: modelArns.groupA, Weight: a },
          { TargetGroupArn: modelArns.groupB, Weight: b },
        ],
      },
    },
  ];

  test.each<[string, (world: Journey['world']) => unknown, string]>([
    [
      'both slots get traffic',
      ({ actions }) => actions.set(modelArns.rule, split(90, 10)),
      'not clear which slot serves',
    ],
    ['a slot is gone', ({ slots }) => slots.delete('web-b'), 'ECS service web-b of slot b is not active'],
    [
      'what serves is the same image',
      ({ slots }) => Object.assign(slots.get('web-a') ?? {}, { digest: digestOf('b') }),
      'already serves all traffic in slot a',
    ],
  ])('it is refused where %s', async (_, disturb, reason) => {
    disturb(journey.world);

    expect(await open({ service: 'web', image: goodImage })).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining(reason),
    });
    expect(await journey.world.store.service('web')).toMatchObject({ lockedBy: undefined });
  });

  test('blue is whatever serves: the slots change sides', async () => {
    journey.world.actions.set(modelArns.rule, split(0, 100));
    Object.assign(journey.world.slots.get('web-b') ?? {}, { desired: 3, digest: digestOf('a') });
    await open({ service: 'web', image: goodImage });
    const [{ rolloutId } = { rolloutId: '' }] = await journey.world.store.list('web', 1);

    expect((await journey.world.store.load(rolloutId))?.state).toMatchObject({
      blue: 'b',
      green: 'a',
      blueCount: 3,
      blueDigest: digestOf('a'),
      restorePlan: [{ kind: 'rule', arn: modelArns.rule, actions: split(0, 100) }],
    });
  });

  test('a spec that is applied later does not reach a rollout that runs', async () => {
    const opened = await open({ service: 'web', image: goodImage });
    await journey.world.store.putSpec(modelSpec({ healthPath: '/other' }), 'a test', openInput().startedAt);
    const stored = await journey.world.store.load(opened.outcome === 'opened' ? opened.rolloutId : '');

    expect(stored?.state).toMatchObject({ specVersion: 1, spec: { healthPath: '/health' } });
  });
});

describe('called again after its answer was lost', () => {
  test('it never gets the right of somebody who took the rollout over', async () => {
    const taken = await journeyTo('opened');
    taken.world.store.claim(taken.rolloutId);
    const again = await openRollout(openInput(), taken.world);
    const fence = again.outcome === 'opened' ? again.fence : 0;

    expect(fence).toBe(1);
    await expect(provisionGreen({ rolloutId: taken.rolloutId, fence }, taken.world)).rejects.toThrow(StaleWrite);
  });

  test('another execution is another rollout', async () => {
    await open({ service: 'web', image: goodImage });
    const other = { ...openInput(), executionArn: `${openInput().executionArn}-other` };

    expect(await openRollout(other, journey.world)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('busy with rollout web-20260301-100000-'),
    });
  });
});

describe('a repository of the same name in another registry', () => {
  const central = '999988887777.dkr.ecr.eu-central-1.amazonaws.com';
  const runs = (image: string) => altered(journey.world, { runtime: { imageOf: () => Promise.resolve(image) } });

  test('is not mixed up with the own one: the rollout is rejected, and names both', async () => {
    const opening = await openRollout(openInput(goodImage), runs(`${central}/shop/web:411-3c9e1f0`));

    expect(opening).toEqual({
      outcome: 'rejected',
      reason: `Blue of web runs shop/web of registry ${central}, but the spec takes it from ${registryUri}; write the registry that is meant as \`image.registry\` in the spec.`,
    });
  });

  test.each([
    ['the spec says which registry is meant', `${central}/shop/web:411-3c9e1f0`, registryUri.split('/')[0]],
    ['blue runs the own one', `${registryUri}:411-3c9e1f0`, undefined],
    ['blue runs a repository of another name', `${central}/platform/web:411-3c9e1f0`, undefined],
    ['blue comes from a registry that is no private ECR', 'docker.io/shop/web:411-3c9e1f0', undefined],
  ])('does not matter where %s', async (_, image, registry) => {
    const spec = modelSpec({ image: { repository: 'shop/web', registry } });
    await journey.world.store.putSpec(spec, 'a test', journey.world.now().toISOString());

    expect(await openRollout(openInput(goodImage), runs(image))).toMatchObject({ outcome: 'opened' });
  });
});
