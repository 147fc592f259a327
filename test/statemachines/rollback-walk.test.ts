import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelExecutionArn } from '../model/model-executions.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { bad, good, stoppedInMidShift, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

describe('rollback', () => {
  test('started from outside, it takes the rollout over and says who asked and why', async () => {
    const pending: Promise<unknown>[] = [];
    let claimed = false;
    const before = (state: string) => {
      if (state !== 'AnalyseGreen' || claimed) return;
      claimed = true;
      const [rolloutId] = [...world.announcements.map((one) => one.rolloutId)];
      pending.push(
        world.store.list('web', 1).then(([summary]) => {
          const input = { rolloutId: summary?.rolloutId ?? rolloutId, by: 'on-call', reason: 'customers complain' };
          return walk('rollback', input, world, {}, 'rb-by-hand');
        }),
      );
    };
    const { end } = await walk('rollout', good, world, { before });
    await Promise.all(pending);

    expect(end).toMatchObject({ status: 'FAILED' });
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack', reason: 'customers complain' });
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('of a rollout that has ended does nothing', async () => {
    await walk('rollout', good, world);
    const weights = world.weights();
    const { rolloutId } = await newestRollout(world);

    const { end, states } = await walk('rollback', { rolloutId }, world);

    expect(end.status).toBe('SUCCEEDED');
    expect(states).toEqual(['Claim', 'FindClaimer', 'WatchTraffic']);
    expect(world.weights()).toEqual(weights);
  });

  test('verifies blue, asks it, keeps the evidence and only then removes green', async () => {
    const { states } = await walk('rollout', bad, world);

    const ofRollback = states.slice(states.indexOf('Claim')).filter((state) => state !== 'CheckRollback');
    expect(ofRollback.slice(ofRollback.lastIndexOf('ConfirmRestored'))).toEqual([
      'ConfirmRestored',
      'VerifyBlue',
      'HealthCheckBlue',
      'CaptureEvidence',
      'RestoreCapacity',
      'RemoveGreen',
      'CloseRollback',
      'AnnounceRollback',
    ]);
    expect(world.kept.size).toBe(1);
    expect(world.announcements.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['BlueVerified', 'BlueAnswered', 'EvidenceCaptured', 'GreenRemoved']),
    );
  });

  test('evidence that cannot be captured at all does not hold it up, and the record says so', async () => {
    const before = (state: string) => {
      if (state === 'CaptureEvidence') throw new Error('no such function');
    };
    await walk('rollout', bad, world, { before });

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.announcements.map(({ type }) => type)).toContain('EvidenceMissing');
  });

  test('where traffic cannot be restored at all, everybody hears what to do by hand, and a later attempt goes through', async () => {
    let isDown = true;
    const before = (state: string) => {
      if (isDown && ['RestoreRule', 'RestoreByFunction'].includes(state)) throw new Error('the balancer is down');
      if (isDown && state === 'CheckRollback') world.time += 1_000_000;
    };
    const { end } = await walk('rollout', bad, world, { before });

    expect(end).toMatchObject({ status: 'FAILED', error: 'RollbackStalled' });
    const emergency = world.announcements.filter(({ type }) => type === 'TrafficNotRestored');
    expect(emergency).toMatchObject([{ severity: 'critical', summary: expect.stringContaining('--direct') }]);
    expect(world.slots.get('web-b')?.desired).toBe(2);

    isDown = false;
    const { rolloutId } = await newestRollout(world);
    const again = await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-2`);
    expect(again.end).toEqual({ status: 'SUCCEEDED' });
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test.each(['VerifyBlue', 'HealthCheckBlue', 'RemoveGreen', 'CloseRollback'])(
    'an attempt that fails in %s leaves traffic on blue, and a second one does the rest',
    async (failing) => {
      const before = (state: string) => {
        if (state === failing) throw new Error('the network is down');
        if (state === 'CheckRollback') world.time += 1_000_000;
      };
      await walk('rollout', bad, world, { before });
      expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
      const { rolloutId, phase } = await newestRollout(world);
      expect(phase).toBe('rollingBack');

      const again = await walk('rollback', { rolloutId }, world, {}, `${rolloutId}-rb-2`);

      expect(again.end).toEqual({ status: 'SUCCEEDED' });
      expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
      expect(world.slots.get('web-b')?.desired).toBe(0);
    },
  );

  test.each(['VerifyBlue', 'HealthCheckBlue'])(
    'a blue that stays sick ends the attempt in %s, with green kept for a person to decide',
    async (where) => {
      let isSick = false;
      const before = (state: string) => {
        if (state === 'Claim') isSick = true;
        if (state === where) world.time += 400_000;
        if (state === 'CheckRollback') world.time += 1_000_000;
      };
      const targetHealth = world.router.targetHealth.bind(world.router);
      if (where === 'VerifyBlue') {
        world.router.targetHealth = (group) =>
          isSick && group === modelArns.groupA
            ? Promise.resolve({ healthy: 1, unhealthy: 1, total: 2 })
            : targetHealth(group);
      } else {
        const get = world.probe.get.bind(world.probe);
        world.probe.get = (url, headers, seconds) =>
          'x-sluice-verify' in headers || !isSick
            ? get(url, headers, seconds)
            : Promise.resolve({ status: 500, milliseconds: 1 });
      }
      await walk('rollout', bad, world, { before });

      expect(world.announcements.map(({ type }) => type)).toContain('BlueNotHealthy');
      expect(world.announcements.map(({ type }) => type)).toContain('RollbackPartSlow');
      expect(world.slots.get('web-b')?.desired).toBe(2);
      expect(await newestRollout(world)).toMatchObject({ phase: 'rollingBack' });
    },
  );

  test('started a second time while the first runs joins it and touches nothing', async () => {
    const second: ReturnType<typeof walk>[] = [];
    const before = (state: string) => {
      if (state !== 'RestoreRule' || second.length > 0) return;
      second.push(
        newestRollout(world).then(({ rolloutId }) => walk('rollback', { rolloutId }, world, {}, 'by-the-scheduler')),
      );
    };
    await walk('rollout', bad, world, { before });
    const [joined] = await Promise.all(second);

    expect(joined).toEqual({
      end: { status: 'SUCCEEDED' },
      states: ['Claim', 'FindClaimer', 'DescribeClaimer'],
    });
    expect((await world.store.load((await newestRollout(world)).rolloutId))?.fence).toBe(2);
  });

  test('takes over from one that has ended without putting everything back', async () => {
    const { rolloutId } = await stoppedInMidShift(world);
    let fails = true;
    const before = (state: string) => {
      if (fails && (state === 'RestoreRule' || state === 'RestoreByFunction')) throw new Error('throttled');
    };
    const first = await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-1`);
    fails = false;
    const second = await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-2`);

    expect(first.end).toMatchObject({ status: 'FAILED' });
    expect(second.end).toEqual({ status: 'SUCCEEDED' });
    expect(second.states).toContain('TakeOver');
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
  });

  test('that lost its claim meanwhile, as a redriven one may have, touches no rule', async () => {
    const { rolloutId } = await stoppedInMidShift(world);
    const before = (state: string) => {
      if (state === 'AssertClaim') world.store.claim(rolloutId, 'another', modelExecutionArn('rollback', 'rb-1'));
    };
    const changes = world.changes.length;
    world.running.add('another');
    const { end, states } = await walk('rollback', { rolloutId }, world, { before }, 'rb-1');

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(states).not.toContain('RestoreRule');
    expect(world.changes.length).toBe(changes);
  });

  test('puts blue back although the table cannot be asked for the claim again', async () => {
    const { rolloutId } = await stoppedInMidShift(world);
    const before = (state: string) => {
      if (state === 'AssertClaim') throw new Error('throttled');
    };

    expect((await walk('rollback', { rolloutId }, world, { before })).end.status).toBe('SUCCEEDED');
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test("falls back to a function where the machine's own call fails", async () => {
    const before = (state: string) => {
      if (state === 'RestoreRule') throw new Error('not supported');
    };
    const { end, states } = await walk('rollout', bad, world, { before });

    expect(end).toMatchObject({ error: 'RolledBack' });
    expect(states).toContain('RestoreByFunction');
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('overwrites what a late writer changed between its two restorations', async () => {
    const before = (state: string) => {
      if (state !== 'ConfirmRestored' || world.changes.length > 2) return;
      world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);
      world.changes.push({ at: world.time, weights: world.weights() });
    };
    await walk('rollout', bad, world, { before });

    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });
});
