import { beforeEach, describe, expect, test } from '@jest/globals';
import { commandNeeds, commandRollout } from '../../lib/usecases/people/command-rollout.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';

const good = { service: 'web', image: '412-9f8d111' };

let world: ModelWorld;

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage(good.image, digestOf('b'));
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
});

/** Walks a rollout that is paused between its first step and its second, and what happens from there on. */
async function pausedAtFirstStep(meanwhile: () => void) {
  const by = { by: 'Ana', how: 'command', reason: 'let us look' } as const;
  const pauses: Promise<unknown>[] = [];
  const before = (state: string) => {
    if (state !== 'SizeGreen' || pauses.length > 0 || world.weights()[modelArns.groupB] !== 10) return;
    pauses.push(
      newestRollout(world).then(({ rolloutId }) => commandRollout(rolloutId, 'pause', by, commandNeeds(world))),
    );
    meanwhile();
  };
  const walked = await walk('rollout', good, world, { before });
  await Promise.all(pauses);
  return walked;
}

describe('a rollout that is paused between two steps', () => {
  test('goes back once its green fails a gate, without anybody resuming it', async () => {
    const { end } = await pausedAtFirstStep(() => world.errorShare.set(digestOf('b'), 0.5));

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate', step: 0 });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('goes back at once where somebody gives green more meanwhile', async () => {
    const { end } = await pausedAtFirstStep(() => {
      world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);
    });

    expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('Others changed') });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });
});
