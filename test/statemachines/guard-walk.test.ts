import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { good, stoppedInMidShift, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

/** Starts the rollback machine as the schedules that are due do. */
async function guardFires() {
  const fired = world.schedules.due(new Date(world.time));
  const walks = [];
  for (const { input, name } of fired) walks.push(await walk('rollback', input, world, {}, `schedule-${name}`));
  return walks;
}

describe('the guard', () => {
  test.each(['ProvisionGreen', 'VerifyGreen', 'OpenHeaderRoute', 'ShiftTraffic', 'AnalyseGreen'])(
    'puts a rollout back that died in %s, once it has been silent for long enough',
    async (state) => {
      const { rolloutId } = await stoppedInMidShift(world, state);
      expect(await guardFires()).toEqual([]);
      expect((await newestRollout(world)).phase).not.toBe('rolledBack');

      world.time += 200_000;
      const [walked] = await guardFires();

      expect(walked?.end).toEqual({ status: 'SUCCEEDED' });
      expect(await newestRollout(world)).toMatchObject({
        rolloutId,
        phase: 'rolledBack',
        reason: expect.stringContaining('no progress for'),
      });
      expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
      expect(world.slots.get('web-b')?.desired).toBe(0);
      expect(world.headerRoutes.size).toBe(0);
      expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
      // The weights are watched from now on.
      expect(world.schedules.pending()).toMatchObject([{ name: expect.stringContaining(`${rolloutId}-w`) }]);
    },
  );

  test('finishes a rollout whose last watch had passed, and keeps blue', async () => {
    await stoppedInMidShift(world, 'FinishRollout');
    expect(await newestRollout(world)).toMatchObject({ phase: 'finishing' });

    world.time += 200_000;
    const [walked] = await guardFires();

    expect(walked?.states).toEqual(['Claim', 'StopRollout', 'FinishRollout', 'StartRetirement', 'AnnounceFinish']);
    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded' });
    expect(world.weights()[modelArns.groupB]).toBe(100);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined, retention: { slot: 'a' } });
  });

  test('puts it back where it cannot be finished: somebody moved traffic', async () => {
    await stoppedInMidShift(world, 'FinishRollout');
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]);

    world.time += 200_000;
    await guardFires();

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('a person who asks for a rollback then gets one', async () => {
    const { rolloutId } = await stoppedInMidShift(world, 'FinishRollout');
    await walk('rollback', { rolloutId, by: 'on-call', reason: 'customers complain' }, world);

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack', reason: 'customers complain' });
  });

  test('that is late, or fires twice, finds nothing to roll back, and the retirement started', async () => {
    await walk('rollout', good, world);
    const { rolloutId } = await newestRollout(world);
    const input = { rolloutId, by: 'the guard', reason: 'silence', ifPassed: 'finish' };

    const { states, end } = await walk('rollback', input, world);

    expect(states).toEqual(['Claim', 'FindClaimer', 'WatchTraffic', 'StartRetirement', 'AnnounceFinish']);
    expect(end.status).toBe('SUCCEEDED');
    expect(world.weights()[modelArns.groupB]).toBe(100);
  });

  test('starts the retirement after a success that came when the execution had been stopped already', async () => {
    await stoppedInMidShift(world, 'StartRetirement');
    const { rolloutId } = await newestRollout(world);
    const input = { rolloutId, by: 'the guard', reason: 'stopped', ifPassed: 'finish' };

    const { states } = await walk('rollback', input, world);

    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded' });
    expect(states).toContain('StartRetirement');
  });

  test('of a rollout that was never opened finds nothing', async () => {
    const { end } = await walk('rollback', { rolloutId: 'web-never', ifPassed: 'finish' }, world);

    expect(end).toEqual({ status: 'SUCCEEDED' });
  });

  test('tries a rollback again that died after its first restoration', async () => {
    const { rolloutId } = await stoppedInMidShift(world);
    const before = (state: string) => {
      if (state === 'VerifyBlue') throw new Error('the account is suspended');
    };
    const { end } = await walk('rollback', { rolloutId }, world, { before });
    expect(end.status).toBe('FAILED');

    world.time += 300_000;
    await guardFires();

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
  });
});
