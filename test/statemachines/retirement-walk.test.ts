import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, type ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { good, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

describe('retirement', () => {
  const input = async () => ({
    service: 'web',
    rolloutId: (await newestRollout(world)).rolloutId,
    keepFullSeconds: 1,
    keepOneSeconds: 1,
  });

  test('keeps one task, then none', async () => {
    await walk('rollout', good, world);
    const counts: (number | undefined)[] = [];
    const before = () => counts.push(world.slots.get('web-a')?.desired);

    await walk('retirement', await input(), world, { before });

    expect([...new Set(counts)]).toEqual([2, 1, 0]);
    expect(await world.store.service('web')).toMatchObject({ retention: undefined });
  });

  test('ends when a newer rollout took the slot', async () => {
    await walk('rollout', good, world);
    const first = await input();
    world.addImage('414-aaaaaaa', digestOf('e'));
    await walk('rollout', { service: 'web', image: '414-aaaaaaa' }, world, {}, 'execution-2');

    const { states } = await walk('retirement', first, world);

    expect(states).toEqual(['ScaleDownBlue']);
    expect(world.slots.get('web-a')?.desired).toBe(2);
  });

  test('leaves a slot alone that somebody else deployed to', async () => {
    await walk('rollout', good, world);
    const slot = world.slots.get('web-a');
    if (slot !== undefined) slot.digest = digestOf('f');

    const { states } = await walk('retirement', await input(), world);

    expect(states).toEqual(['ScaleDownBlue']);
    expect(world.slots.get('web-a')?.desired).toBe(2);
  });
});
