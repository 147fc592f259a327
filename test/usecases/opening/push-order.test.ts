import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receivePush, receivePushInput } from '../../../lib/usecases/opening/receive-push.ts';
import { receiveRequest, receiveRequestInput } from '../../../lib/usecases/opening/receive-request.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { openInput } from '../journey.ts';
import { ciEvent, push } from '../use-cases.ts';

const older = { tag: '412-9f8d111', digest: digestOf('b'), time: '2026-03-01T09:00:00Z' };
const newer = { tag: '413-b4dc0de', digest: digestOf('c'), time: '2026-03-01T09:05:00Z' };
type Pushed = typeof older;

let world: ModelWorld;

beforeEach(async () => {
  world = new ModelWorld();
  for (const { tag, digest } of [older, newer]) world.addImage(tag, digest);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
});

const apply = (overrides: Readonly<Record<string, unknown>>) =>
  world.store.putSpec(modelSpec(overrides), 'a test', world.now().toISOString());

/** The event of a push comes; answers what the execution that it starts is given, if it starts one. */
async function received({ tag, digest, time }: Pushed): Promise<unknown> {
  const before = world.started.length;
  const detail = { ...push.detail, 'image-tag': tag, 'image-digest': digest };
  await receivePush(receivePushInput.parse({ ...push, time, detail }), world);
  return world.started.slice(before).at(0)?.input;
}

const opening = async (pushed: Pushed, execution: string) =>
  openRollout({ ...openInput(), request: await received(pushed), executionArn: `arn:execution:${execution}` }, world);

describe('the event of an older push that comes late', () => {
  test.each(['queue', 'supersede', 'reject'])(
    'takes nothing from the newer one that runs (onBusy: %s)',
    async (onBusy) => {
      await apply({ onBusy });
      expect(await opening(newer, 'newer')).toMatchObject({ outcome: 'opened' });

      expect(await opening(older, 'older')).toMatchObject({
        outcome: 'rejected',
        reason: expect.stringMatching(/^This push was made at 2026-03-01T09:00:00Z\. 413-b4dc0de \(.*\) is newer/),
      });
      expect(world.startedRollbacks).toEqual([]);
      expect(await world.store.waiting('web')).toBeUndefined();
    },
  );

  test('does not take the place of the newer one that waits', async () => {
    await apply({ onBusy: 'queue' });
    world.addImage('410-aaaaaaa', digestOf('d'));
    await opening({ tag: '410-aaaaaaa', digest: digestOf('d'), time: '2026-03-01T08:00:00Z' }, 'first');
    expect(await opening(newer, 'newer')).toMatchObject({ outcome: 'queued' });

    expect(await opening(older, 'older')).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('asked for later'),
    });
    expect((await world.store.waiting('web'))?.request.image).toContain(newer.tag);
  });

  test('does not put an older version in the place of the one that serves', async () => {
    await walk('rollout', await received(newer), world, {}, 'newer');

    expect(await opening(older, 'older')).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('is newer'),
    });
  });

  test('is rolled out where the newer one was rolled back', async () => {
    world.addImage(newer.tag, newer.digest, 0.3);
    await walk('rollout', await received(newer), world, {}, 'newer');

    expect(await opening(older, 'older')).toMatchObject({ outcome: 'opened' });
  });
});

test('a person may start an older version', async () => {
  await walk('rollout', await received(newer), world, {}, 'newer');

  expect(await openRollout({ ...openInput(older.tag), executionArn: 'arn:execution:person' }, world)).toMatchObject({
    outcome: 'opened',
  });
});

describe('a tag that moves from one image to another and back', () => {
  const back = { ...older, time: '2026-03-01T09:10:00Z' };

  test('starts a rollout each time', async () => {
    const inputs = [await received(older), await received({ ...newer, tag: older.tag }), await received(back)];

    expect(inputs.every((input) => input !== undefined)).toBe(true);
    expect(new Set(world.started.map(({ name }) => name)).size).toBe(3);
  });

  test('starts one for each event, however often it is delivered', async () => {
    await received(back);
    await received(back);

    expect(new Set(world.started.map(({ name }) => name)).size).toBe(1);
  });
});

describe('three pushes', () => {
  const newest = { tag: '414-0dd5eed', digest: digestOf('d'), time: '2026-03-01T09:06:00Z' };
  const [a, b, c] = [older, newer, newest];

  const orders = [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ];
  const table = ['queue', 'supersede'].flatMap((onBusy) =>
    orders.map((order) => ({ onBusy, order, told: order.map(({ tag }) => tag.slice(0, 3)).join(', ') })),
  );

  test.each(table)(
    'told as $told leave the newest one to run or to wait (onBusy: $onBusy)',
    async ({ onBusy, order }) => {
      world.addImage(newest.tag, newest.digest);
      await apply({ onBusy });
      for (const pushed of order) await opening(pushed, pushed.tag);

      const { lockedBy = '' } = await world.store.service('web');
      const runs = (await world.store.load(lockedBy))?.state.image.tag;
      const waits = (await world.store.waiting('web'))?.request.image;
      expect(waits ?? runs).toContain(newest.tag);
    },
  );
});

describe('the event of CI that comes late', () => {
  const asked = ({ tag, time }: Pushed) => receiveRequestInput.parse({ ...ciEvent({ image: tag }), time });

  async function requested(one: Pushed, execution: string) {
    await receiveRequest(asked(one), world);
    const request = world.started.at(-1)?.input;
    return openRollout({ ...openInput(), request, executionArn: `arn:execution:${execution}` }, world);
  }

  test.each(['queue', 'supersede', 'reject'])(
    'takes nothing from the newer one that runs (onBusy: %s)',
    async (onBusy) => {
      await apply({ onBusy });
      expect(await requested(newer, 'newer')).toMatchObject({ outcome: 'opened' });

      expect(await requested(older, 'older')).toMatchObject({
        outcome: 'rejected',
        reason: expect.stringMatching(/^This request was made at 2026-03-01T09:00:00Z\. 413-b4dc0de \(.*\) is newer/),
      });
      expect(world.startedRollbacks).toEqual([]);
    },
  );

  test('does not take the place of the newer one that waits', async () => {
    await apply({ onBusy: 'queue' });
    world.addImage('410-aaaaaaa', digestOf('d'));
    await requested({ tag: '410-aaaaaaa', digest: digestOf('d'), time: '2026-03-01T08:00:00Z' }, 'first');
    expect(await requested(newer, 'newer')).toMatchObject({ outcome: 'queued' });

    expect(await requested(older, 'older')).toMatchObject({ outcome: 'rejected' });
    expect((await world.store.waiting('web'))?.request.image).toContain(newer.tag);
  });

  test('does not put an older version in the place of the one that serves', async () => {
    await receiveRequest(asked(newer), world);
    await walk('rollout', world.started.at(-1)?.input, world, {}, 'newer');

    expect(await requested(older, 'older')).toMatchObject({ outcome: 'rejected' });
  });

  test('is judged by the time of the one that runs, not by when that one opened', async () => {
    await apply({ onBusy: 'queue' });
    expect(await requested(older, 'older')).toMatchObject({ outcome: 'opened' });

    expect(await requested(newer, 'newer')).toMatchObject({ outcome: 'queued' });
  });

  test('counts by its opening where its sender wrote a time that has not come', async () => {
    await apply({ onBusy: 'queue' });
    world.addImage('410-aaaaaaa', digestOf('d'));
    await requested({ tag: '410-aaaaaaa', digest: digestOf('d'), time: '2099-01-01T00:00:00Z' }, 'ahead');
    // It waits behind the first one, which opened after it was asked for.
    const time = new Date(world.now().getTime() + 1000).toISOString();

    expect(await requested({ ...newer, time }, 'newer')).toMatchObject({ outcome: 'queued' });
    expect(await requested({ ...older, time: '2099-01-01T00:00:00Z' }, 'ahead-2')).toMatchObject({ outcome: 'queued' });
  });

  test('without a time that could be read it is taken as it comes', async () => {
    await requested(newer, 'newer');
    await receiveRequest(receiveRequestInput.parse({ ...asked(older), time: 'yesterday' }), world);

    expect(world.started.at(-1)?.input).not.toHaveProperty('askedAt');
  });
});
