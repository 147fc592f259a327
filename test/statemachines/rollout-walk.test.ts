import { beforeEach, describe, expect, test } from '@jest/globals';
import { recordedPeriods } from '../../lib/rollout/recorded-periods.ts';
import { digestOf, modelArns, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { bad, good, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

describe('rollout', () => {
  test('takes a good version to 100 %, step by step, and keeps blue', async () => {
    const { end } = await walk('rollout', good, world);

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(world.changes.map(({ weights }) => weights[modelArns.groupB])).toEqual([10, 50, 100]);
    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded', blue: 'a', green: 'b' });
    expect(world.slots.get('web-a')?.desired).toBe(2);
    expect(world.headerRoutes.size).toBe(0);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined, retention: { slot: 'a' } });
  });

  test('puts a bad version back at the first step, removes green and says which gate failed', async () => {
    const { end } = await walk('rollout', bad, world);

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack', cause: expect.stringContaining('413-b4dc0de') });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(world.slots.get('web-b')?.desired).toBe(0);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    expect(await world.store.service('web')).toEqual({ lockedBy: undefined, retention: undefined });
  });

  test('keeps what its gates saw, each period once', async () => {
    await walk('rollout', good, world);

    const periods = recordedPeriods(await world.store.events((await newestRollout(world)).rolloutId, 0));
    const starts = periods.map(({ at }) => at);
    const withTraffic = periods.filter(({ weight }) => weight > 0);
    expect(new Set(starts).size).toBe(starts.length);
    expect(new Set(withTraffic.map(({ weight }) => weight))).toEqual(new Set([10, 50, 100]));
    expect(withTraffic.every(({ green }) => green['requests'] !== undefined)).toBe(true);
  });

  test('announces every transition once and in order', async () => {
    await walk('rollout', bad, world);

    const sequences = world.announcements.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));
    expect(world.announcements.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['RolloutOpened', 'TrafficShifted', 'RollbackRequested', 'TrafficRestored', 'RolledBack']),
    );
  });

  test.each([
    ['nothing', {}, 'service'],
    ['no object', 'web', 'object'],
    ['an unknown service', { service: 'shop', image: '412-9f8d111' }, 'No spec is applied'],
    ['an image that is not there', { service: 'web', image: '999-0000000' }, 'has no image 999-0000000'],
    ['an image of another repository', { service: 'web', image: 'other/app:412-9f8d111' }, 'repository other/app'],
    ['text that names no image', { service: 'web', image: 'no image at all' }, 'names no image'],
    ['what serves already', { service: 'web', image: '411-3c9e1f0' }, 'already serves'],
    ['a key too many', { ...good, force: true }, 'force'],
  ])('refuses %s at the door and touches nothing', async (_, input, reason) => {
    const { end } = await walk('rollout', input, world);

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining(reason) });
    expect(world.changes).toEqual([]);
    expect(await world.store.service('web')).toEqual({ lockedBy: undefined, retention: undefined });
  });

  test('refuses a second rollout while one runs', async () => {
    let second: Awaited<ReturnType<typeof walk>> | undefined;
    let started = false;
    const pending: Promise<void>[] = [];
    const before = (state: string) => {
      if (state !== 'AnalyseGreen' || started) return;
      started = true;
      pending.push(
        walk('rollout', bad, world, {}, 'execution-2').then((walked) => {
          second = walked;
        }),
      );
    };
    const { end } = await walk('rollout', good, world, { before });
    await Promise.all(pending);

    expect(end.status).toBe('SUCCEEDED');
    expect(second?.end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('busy with rollout web-') });
  });

  test('a tag that does not match the agreed pattern fails the pre-checks, with what was seen and expected', async () => {
    world.addImage('latest', digestOf('d'));

    const { end, states } = await walk('rollout', { service: 'web', image: 'latest' }, world);

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringMatching(/tag latest.*expected/) });
    expect(states).not.toContain('ProvisionGreen');
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
  });

  test.each(['ProvisionGreen', 'VerifyGreen', 'OpenHeaderRoute', 'ShiftTraffic', 'AnalyseGreen', 'FinishRollout'])(
    'an error in %s that does not go away leads back to blue',
    async (failing) => {
      const before = (state: string) => {
        if (state === failing) throw new Error('the network is down');
      };
      const { end } = await walk('rollout', good, world, { before });

      expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('the network is down') });
      expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
      expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
      expect(world.headerRoutes.size).toBe(0);
    },
  );

  test('no metrics are never a pass: the bake is held up to its cap, then rolled back', async () => {
    world.requestsPerSecond = 0;
    await world.store.putSpec(modelSpec({ timeouts: { hold: '10s' } }), 'a test', world.now().toISOString());

    const { end } = await walk('rollout', good, world);

    expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('held for 10 s') });
    expect(world.announcements.map(({ type }) => type)).toContain('BakeHeld');
  });

  test('a foreign change of the weights stops the rollout', async () => {
    const before = (state: string) => {
      const foreign = [{ Type: 'forward', TargetGroupArn: modelArns.groupB }];
      if (state === 'ShiftTraffic') world.actions.set(modelArns.rule, foreign);
    };
    const { end } = await walk('rollout', good, world, { before });

    expect(end).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining('Others changed what this rollout works on: rule'),
    });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });
});
