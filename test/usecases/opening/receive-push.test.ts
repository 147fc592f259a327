import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receivePush, receivePushInput } from '../../../lib/usecases/opening/receive-push.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { goodImage, openInput } from '../journey.ts';
import { push } from '../use-cases.ts';

let world: ModelWorld;

const apply = (overrides: Readonly<Record<string, unknown>>) =>
  world.store.putSpec(modelSpec(overrides), 'a test', world.now().toISOString());
const pushOf = (detail: Partial<(typeof push)['detail']> | { 'image-tag': undefined }) =>
  receivePushInput.parse({ ...push, detail: { ...push.detail, ...detail } });
const started = () => world.started.map(({ input }) => input);

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage(goodImage, digestOf('b'));
  await apply({});
});

describe('an image that replication brings', () => {
  test('starts a rollout in the destination’s account and region, and nothing for the registry that it came from', async () => {
    const replicated = receivePushInput.parse({
      ...push,
      'detail-type': 'ECR Replication Action',
      account: world.home.account,
      region: world.home.region,
      time: '2026-03-01T09:59:00Z',
      resources: ['arn:aws:ecr:eu-west-1:111122223333:repository/shop/web'],
      detail: {
        ...push.detail,
        'action-type': 'REPLICATE',
        'source-account': '111122223333',
        'source-region': 'us-west-2',
      },
    });
    const [answer] = await receivePush(replicated, world);

    expect(answer).toMatchObject({ service: 'web', outcome: 'started' });
    expect(world.started[0]?.input).toMatchObject({
      requestedBy: `a replication of shop/web:${goodImage}`,
      pushedAt: '2026-03-01T09:59:00Z',
    });
    expect(await receivePush({ ...replicated, region: 'us-west-2' }, world)).toMatchObject([{ outcome: 'ignored' }]);
  });
});

describe('a push', () => {
  test('starts a rollout of the very image that was pushed', async () => {
    const [answer] = await receivePush(push, world);

    expect(answer).toMatchObject({ service: 'web', outcome: 'started' });
    expect(started()).toEqual([
      {
        service: 'web',
        image: `shop/web:${goodImage}@${digestOf('b')}`,
        requestedBy: `a push of shop/web:${goodImage}`,
        traceId: 'event-1',
      },
    ]);
  });

  test('is left to the event of CI where that names the task definition, and says so', async () => {
    await apply({ taskDefinition: 'from-event' });

    expect(await receivePush(push, world)).toEqual([
      expect.objectContaining({ service: 'web', outcome: 'ignored', reason: expect.stringContaining('from-event') }),
    ]);
    expect(started()).toEqual([]);
  });

  test('delivered twice starts one, whatever the id of the event', async () => {
    await receivePush(push, world);
    const [again] = await receivePush({ ...push, id: 'event-2' }, world);

    expect(again).toMatchObject({ outcome: 'alreadyStarted', reason: 'this push was received before' });
    expect(started()).toHaveLength(1);
  });

  test.each([
    ['another image under the same tag', { 'image-digest': digestOf('d') }],
    ['another tag of the same image', { 'image-tag': '413-9f8d111' }],
  ])('of %s starts another', async (_, detail) => {
    await receivePush(push, world);
    await receivePush(pushOf(detail), world);

    expect(new Set(world.started.map(({ name }) => name)).size).toBe(2);
  });

  test('of a repository that no spec names is ignored, and says so', async () => {
    expect(await receivePush(pushOf({ 'repository-name': 'shop/other' }), world)).toEqual([
      { service: '', execution: '', outcome: 'ignored', reason: 'no applied spec takes images from shop/other' },
    ]);
    expect(started()).toEqual([]);
  });

  test.each([
    ['a tag of another pattern', { 'image-tag': 'latest' }, 'tag latest does not match'],
    ['a tag that only begins right', { 'image-tag': `${goodImage}-dirty!` }, 'does not match'],
    ['no tag', { 'image-tag': undefined }, 'the image has no tag'],
  ])('with %s is ignored, and says so', async (_, detail, reason) => {
    const [answer] = await receivePush(pushOf(detail), world);

    expect(answer).toMatchObject({ service: 'web', outcome: 'ignored', reason: expect.stringContaining(reason) });
    expect(started()).toEqual([]);
  });

  test('without a tag starts nothing even where the pattern takes anything', async () => {
    await apply({ image: { repository: 'shop/web', tagPattern: '.*' } });
    const [answer] = await receivePush(pushOf({ 'image-tag': undefined }), world);

    expect(answer).toMatchObject({ outcome: 'ignored', reason: 'the image has no tag' });
  });

  test('starts each service that takes the image, by its own pattern', async () => {
    await apply({ service: 'worker' });
    await apply({ service: 'nightly', image: { repository: 'shop/web', tagPattern: 'nightly-.*' } });
    const answers = await receivePush(push, world);

    expect(answers.map(({ service, outcome }) => [service, outcome])).toEqual([
      ['nightly', 'ignored'],
      ['web', 'started'],
      ['worker', 'started'],
    ]);
    expect(new Set(answers.filter(({ outcome }) => outcome === 'started').map(({ execution }) => execution)).size).toBe(
      2,
    );
  });

  test('that fails half-way can be delivered again and starts the rest', async () => {
    await apply({ service: 'worker' });
    let failures = 1;
    const executions: typeof world.executions = {
      ...world.executions,
      start: (name, input) => {
        if (name.startsWith('push-worker') && failures > 0) {
          failures -= 1;
          return Promise.reject(new Error('throttled'));
        }
        return world.executions.start(name, input);
      },
    };

    await expect(receivePush(push, { store: world.store, executions, home: world.home })).rejects.toThrow('throttled');
    const answers = await receivePush(push, { store: world.store, executions, home: world.home });

    expect(answers.map(({ outcome }) => outcome)).toEqual(['alreadyStarted', 'started']);
  });

  test('of names as long as ECR allows is an input that the rollout takes, under a name that Step Functions takes', async () => {
    const repository = `${'a'.repeat(127)}/${'b'.repeat(127)}`;
    const tag = `1-${'a'.repeat(40)}`;
    world = new ModelWorld();
    world.addImage(tag, digestOf('e'));
    await apply({ service: 'w'.repeat(32), image: { repository } });
    await receivePush(
      pushOf({ 'repository-name': repository, 'image-tag': tag, 'image-digest': digestOf('e') }),
      world,
    );
    const [{ name, input } = { name: '', input: {} }] = world.started;

    expect(name).toMatch(/^[\w-]{1,80}$/);
    expect(await openRollout({ ...openInput(), request: input }, world)).toMatchObject({ outcome: 'opened' });
  });
});

describe('events that are none', () => {
  test.each([
    ['a failed push', { ...push, detail: { ...push.detail, result: 'FAILURE' } }],
    ['a deletion', { ...push, detail: { ...push.detail, 'action-type': 'DELETE' } }],
    ['a digest that is none', { ...push, detail: { ...push.detail, 'image-digest': 'sha256:1' } }],
    ['another source', { ...push, source: 'aws.s3' }],
    ['nothing', {}],
  ])('%s is refused', (_, event) => {
    expect(receivePushInput.safeParse(event).success).toBe(false);
  });
});

describe('a push to a registry', () => {
  const elsewhere = { account: '999988887777', region: 'eu-central-1' };
  const from = (place: { account?: string; region?: string }) => receivePushInput.parse({ ...push, ...place });
  const registry = '999988887777.dkr.ecr.eu-central-1.amazonaws.com';

  test.each([
    ['of another account', { ...elsewhere, region: 'eu-west-1' }],
    ['of another region', { ...elsewhere, account: '111122223333' }],
  ])('%s is not one of the repository of the same name in the own one', async (_, place) => {
    expect(await receivePush(from(place), world)).toEqual([
      {
        service: 'web',
        execution: '',
        outcome: 'ignored',
        reason: `the push is to the registry of account ${place.account} in ${place.region}; the spec takes images from that of account 111122223333 in eu-west-1`,
      },
    ]);
    expect(started()).toEqual([]);
  });

  test('that the spec names starts a rollout, a push to the own one does not', async () => {
    await apply({ image: { repository: 'shop/web', registry } });

    expect(await receivePush(from(world.home), world)).toMatchObject([{ outcome: 'ignored' }]);
    expect(await receivePush(from(elsewhere), world)).toMatchObject([{ outcome: 'started' }]);
  });

  test('of the own account and region starts one, as does an event that names neither', async () => {
    expect(await receivePush(from(world.home), world)).toMatchObject([{ outcome: 'started' }]);
    expect(await receivePush(from({}), world)).toMatchObject([{ outcome: 'alreadyStarted' }]);
  });
});
