import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { walk, type WalkOptions } from '../model/walk.ts';
import { releaseScenarios } from './release-scenarios.ts';
import type { Stage } from './plays.ts';

let world: ModelWorld;
let ends: Map<string, unknown>;

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  world.addImage('413-b4dc0de', digestOf('c'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
  ends = new Map();
});

/** Plays a story with the real rollout machine below the release machine; tells how each execution ended. */
async function play(name: string): Promise<void> {
  const stage: Stage = {
    world,
    walk: async (machine: string, input: unknown, options?: WalkOptions, executionName = 'execution-1') => {
      const { end } = await walk(machine, input, world, options, executionName);
      ends.set(executionName, end);
    },
  };
  await releaseScenarios[name]?.(stage);
}

async function release() {
  const [newest] = await world.releases.list('checkout', 1);
  return (await world.releases.load(newest?.releaseId ?? ''))?.state;
}

describe('the release machine on the rollout machine', () => {
  test('a member goes out, and the service is let go at the end', async () => {
    await play('a release that succeeds');

    expect(ends.get('release-1')).toEqual({ status: 'SUCCEEDED' });
    expect(await release()).toMatchObject({ outcome: 'succeeded', members: [{ service: 'web', standing: 'serves' }] });
    expect(world.weights()[modelArns.groupB]).toBe(100);
    expect((await world.store.service('web')).hold).toBeUndefined();
    expect(world.announcements.filter(({ service }) => service === 'checkout').map(({ type }) => type)).toEqual([
      'ReleaseOpened',
      'ReleaseEnded',
    ]);
  });

  test('a member whose gate fails goes back by itself, and the release says so', async () => {
    await play('a release whose member is rolled back');

    expect(ends.get('release-1')).toMatchObject({
      error: 'NotWhole',
      cause: expect.stringContaining('is rolled back'),
    });
    expect(await release()).toMatchObject({
      outcome: 'rolledBack',
      failure: { direction: 'rollBackAll', by: 'the release', service: 'web' },
      members: [{ service: 'web', standing: 'failed' }],
    });
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('what cannot be opened takes no member', async () => {
    await play('a release of an image that there is not');

    expect(ends.get('release-1')).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('no image 999') });
    expect((await world.store.service('web')).hold).toBeUndefined();
  });

  test('one that has ended goes back to the kept versions', async () => {
    await play('a release that goes back after its end');

    expect(ends.get('told-1')).toMatchObject({ error: 'NotWhole' });
    expect(await release()).toMatchObject({ outcome: 'rolledBack', members: [{ service: 'web', standing: 'back' }] });
    expect(world.weights()[modelArns.groupA]).toBe(100);
    expect(world.slots.get('web-a')?.digest).toBe(digestOf('a'));
  });

  test('an abort after the end is refused', async () => {
    await play('a release that has ended and is aborted');

    expect(ends.get('told-1')).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('has ended') });
    expect(await release()).toMatchObject({ outcome: 'succeeded' });
  });

  test('an execution that has become long goes on in another one', async () => {
    await play('a release that takes hours');

    expect(ends.get('release-1')).toEqual({ status: 'SUCCEEDED' });
    expect(world.startedReleases.map(({ input }) => input)).toEqual([{ releaseId: (await release())?.releaseId }]);
  });
});

describe('while a release holds a service', () => {
  beforeEach(() => play('a release that takes hours'));

  test('another rollout waits or is refused, and is not started by what ends meanwhile', async () => {
    const { end } = await walk('rollout', { service: 'web', image: '413-b4dc0de' }, world, {}, 'other');

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('is busy with rollout checkout-') });
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('a newer image supersedes no release', async () => {
    await world.store.putSpec(modelSpec({ onBusy: 'supersede' }), 'a test', world.now().toISOString());
    const { end } = await walk('rollout', { service: 'web', image: '413-b4dc0de' }, world, {}, 'other');

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(world.startedRollbacks).toEqual([]);
    expect((await world.store.waiting('web'))?.behind).toMatch(/^checkout-/);
  });

  test('a rollout that says it is of another release is refused', async () => {
    const input = { service: 'web', image: '413-b4dc0de', release: 'another-20260301-100000-abc123' };
    const { end } = await walk('rollout', input, world, {}, 'other');

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('does not hold web') });
  });

  test('a former version stays whole until the release ends', async () => {
    const [started] = world.started;
    await walk('rollout', started?.input, world, {}, started?.name);
    const rolloutId = (await world.store.list('web', 1))[0]?.rolloutId;
    const input = { service: 'web', rolloutId, keepFullSeconds: 0, keepOneSeconds: 0 };
    let evaluations = 0;
    const { end } = await walk('retirement', input, world, {
      before: (state) => {
        if (state !== 'ScaleDownBlue') return;
        evaluations += 1;
        if (evaluations === 3) world.store.holds.delete('web');
      },
    });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(evaluations).toBe(3);
  });
});
