import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { withApprovals } from '../usecases/journey.ts';

const reason = 'customers complain';
const good = { service: 'web', image: '412-9f8d111' };
const toKept = { service: 'web', requestedBy: 'ada', rollback: { to: 'kept', reason } };

let world: ModelWorld;

/** Version 412 serves from slot b; 411, the one before it, is kept in slot a. */
beforeEach(async () => {
  world = new ModelWorld();
  world.addImage(good.image, digestOf('b'));
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  await walk('rollout', good, world);
  world.changes.splice(0);
});

function slot(name: string) {
  const found = world.slots.get(name);
  if (found === undefined) throw new Error(`the model has no ${name}`);
  return found;
}

describe('going back to the version that is kept', () => {
  test('scales it up, waits for it, and gives it everything in one shift', async () => {
    slot('web-a').desired = 1;
    const desiredAtShift: number[] = [];
    const before = (state: string) => {
      if (state === 'ShiftTraffic') desiredAtShift.push(slot('web-a').desired);
    };

    const { end } = await walk('rollout', toKept, world, { before }, 'execution-2');

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(desiredAtShift).toEqual([2]);
    expect(world.changes.map(({ weights }) => weights[modelArns.groupA])).toEqual([100]);
    expect(slot('web-a').digest).toBe(digestOf('a'));
    expect(await newestRollout(world)).toMatchObject({
      phase: 'succeeded',
      green: 'a',
      image: { digest: digestOf('a'), tag: '411-3c9e1f0' },
      rollback: { to: 'kept', reason },
    });
  });

  test('is a rollout of its own in the record, with who and why, and everybody hears of it', async () => {
    await walk('rollout', toKept, world, {}, 'execution-2');

    const { rolloutId } = await newestRollout(world);
    const opened = world.announcements.find((one) => one.rolloutId === rolloutId);
    expect(opened).toMatchObject({ type: 'RolloutOpened', severity: 'warning' });
    expect(opened?.summary).toBe(`web: ROLLBACK to 411-3c9e1f0 asked for by ada: ${reason}`);
  });

  test('ends the retention once it has the slot, and the retirement leaves that alone', async () => {
    const { rolloutId } = await newestRollout(world);
    const before = async (state: string) => {
      if (state !== 'AnalyseGreen') return;
      const retirement = { service: 'web', rolloutId, keepFullSeconds: 0, keepOneSeconds: 0 };
      expect((await walk('retirement', retirement, world, {}, 'late')).states).toEqual(['ScaleDownBlue']);
    };
    const pending: Promise<void>[] = [];

    await walk('rollout', toKept, world, { before: (state) => void pending.push(before(state)) }, 'execution-2');
    await Promise.all(pending);

    expect(slot('web-a').desired).toBe(2);
    // What served until now is kept in its turn.
    expect((await world.store.service('web')).retention).toMatchObject({ slot: 'b', digest: digestOf('b') });
  });

  test('a retirement that scales the slot down in the middle of it is outdone', async () => {
    let isLate = true;
    const before = (state: string) => {
      if (state !== 'CheckGreen' || !isLate) return;
      isLate = false;
      slot('web-a').desired = 1;
    };

    await walk('rollout', toKept, world, { before }, 'execution-2');

    expect(slot('web-a').desired).toBe(2);
    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded', green: 'a' });
  });

  test('where nothing of the serving version is healthy, the first healthy task of the kept one gets everything at once', async () => {
    slot('web-a').desired = 1;
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) =>
      Promise.resolve(
        group === modelArns.groupB
          ? { healthy: 0, unhealthy: 2, total: 2 }
          : { healthy: 1, unhealthy: 0, total: slot('web-a').desired },
      );

    const { states } = await walk('rollout', toKept, world, {}, 'execution-2');

    expect(states.filter((state) => state === 'CheckGreen')).toHaveLength(1);
    expect(world.changes.map(({ weights }) => weights[modelArns.groupA])).toEqual([100]);
    world.router.targetHealth = health;
  });

  test('the gates do not send traffic back to the version that a person decided against', async () => {
    world.errorShare.set(digestOf('a'), 0.5);

    const { end } = await walk('rollout', toKept, world, {}, 'execution-2');

    expect(end.status).toBe('SUCCEEDED');
    expect(world.weights()[modelArns.groupA]).toBe(100);
  });

  test.each<readonly [string, () => Promise<void> | void, string]>([
    [
      'none is kept',
      async () => {
        await world.store.endRetention('web', (await newestRollout(world)).rolloutId);
      },
      'No former version of web is kept',
    ],
    [
      'somebody deployed to the slot',
      () => {
        slot('web-a').digest = digestOf('f');
      },
      'others deployed to it',
    ],
    [
      'the slot runs nothing any more',
      () => {
        slot('web-a').desired = 0;
      },
      'keeps no running task',
    ],
  ])('is refused where %s, and touches nothing', async (_, change, why) => {
    await change();

    const { end } = await walk('rollout', toKept, world, {}, 'execution-2');

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining(why) });
    expect(end).toMatchObject({ cause: expect.stringContaining('--to') });
    expect(world.changes).toEqual([]);
  });

  test.each([
    ['an image besides', { ...toKept, image: good.image }],
    ['no reason', { service: 'web', rollback: { to: 'kept', reason: '' } }],
    ['a reason without end', { service: 'web', rollback: { to: 'kept', reason: 'x'.repeat(601) } }],
    ['a third way', { service: 'web', image: good.image, rollback: { to: 'anywhere', reason } }],
  ])('is refused with %s', async (_, input) => {
    const { end } = await walk('rollout', input, world, {}, 'execution-2');

    expect(end).toMatchObject({ error: 'Rejected' });
    expect(world.changes).toEqual([]);
  });
});

describe('with people who approve rollouts', () => {
  const spec = withApprovals();

  beforeEach(async () => {
    await world.store.putSpec(spec, 'a test', world.now().toISOString());
  });

  test.each([
    ['the kept version', toKept],
    ['an earlier version of the record', { service: 'web', image: digestOf('a'), rollback: { to: 'version', reason } }],
  ])('a rollback to %s waits for none of them', async (_, input) => {
    const { end, states } = await walk('rollout', input, world, {}, 'execution-2');

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(states).not.toContain('AwaitApproval');
    expect(slot('web-a').digest).toBe(digestOf('a'));
    expect(world.weights()[modelArns.groupA]).toBe(100);
  });
});

describe('a version that the record does not show to have served', () => {
  const pushed = digestOf('e');
  const toPushed = { service: 'web', image: pushed, rollback: { to: 'version', reason } };
  beforeEach(() => {
    world.addImage('414-badc0de', pushed);
  });

  test('is nothing to go back to: a pushed image cannot pass for one', async () => {
    const { end } = await walk('rollout', toPushed, world, {}, 'execution-2');

    const cause: unknown = expect.stringContaining('shows that');
    expect(end).toMatchObject({ error: 'Rejected', cause });
    expect(world.changes).toEqual([]);
  });

  test('is none either where a rollout of it was rolled back', async () => {
    world.errorShare.set(pushed, 0.5);
    const { end } = await walk('rollout', { service: 'web', image: '414-badc0de' }, world, {}, 'execution-2');
    expect(end).toMatchObject({ error: 'RolledBack' });
    world.changes.splice(0);

    expect((await walk('rollout', toPushed, world, {}, 'execution-3')).end).toMatchObject({ error: 'Rejected' });
    expect(world.changes).toEqual([]);
  });
});

describe('a tag beside its digest', () => {
  test.each([
    ["another version's", '411-3c9e1f0'],
    ['none that there is', '999-fffffff'],
  ])('is refused where it is %s', async (_, tag) => {
    world.addImage('414-badc0de', digestOf('e'));
    const image = `shop/web:${tag}@${digestOf('e')}`;
    const { end } = await walk('rollout', { service: 'web', image }, world, {}, 'execution-2');

    const cause: unknown = expect.stringContaining(`names tag ${tag}, but ${digestOf('e')} has the tags 414-badc0de`);
    expect(end).toMatchObject({ error: 'Rejected', cause });
  });
});

describe('going back to an earlier version of the record', () => {
  const toEarlier = { service: 'web', image: digestOf('a'), rollback: { to: 'version', reason } };

  beforeEach(async () => {
    const steps = [
      { weight: 40, bake: '5s' },
      { weight: 100, bake: '5s' },
    ];
    await world.store.putSpec(modelSpec({ rollback: { steps } }), 'a test', world.now().toISOString());
  });

  test('is a rollout of that image by the steps for it, judged like any other', async () => {
    const { end, states } = await walk('rollout', toEarlier, world, {}, 'execution-2');

    expect(end.status).toBe('SUCCEEDED');
    expect(world.changes.map(({ weights }) => weights[modelArns.groupA])).toEqual([40, 100]);
    expect(states.filter((state) => state === 'RunPreCheck')).toHaveLength(1);
    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded', rollback: { to: 'version', reason } });
  });

  test('goes back where it came from when its gates fail', async () => {
    world.errorShare.set(digestOf('a'), 0.5);

    const { end } = await walk('rollout', toEarlier, world, {}, 'execution-2');

    expect(end).toMatchObject({ error: 'RolledBack' });
    expect(world.weights()[modelArns.groupB]).toBe(100);
  });
});
