import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receivePush, receivePushInput } from '../../../lib/usecases/opening/receive-push.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { openInput } from '../journey.ts';
import { push } from '../use-cases.ts';

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
        reason: expect.stringMatching(/^This push is of 2026-03-01T09:00:00Z, but 413-b4dc0de \(.*\) is newer/),
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
