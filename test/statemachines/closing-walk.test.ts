import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { requestClose } from '../../lib/usecases/people/request-close.ts';
import { watchExecution } from '../../lib/usecases/watching/watch-execution.ts';
import { modelExecutionArn } from '../model/model-executions.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout, newestRolloutId } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { ended } from '../usecases/use-cases.ts';
import { bad, good, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

/** A rollback whose blue never answers: its attempts end one after the other, and none closes it. */
async function stuckRollback(): Promise<RolloutState> {
  let isAsked = false;
  const get = world.probe.get.bind(world.probe);
  world.probe.get = (url, headers, seconds) =>
    isAsked ? Promise.resolve({ status: 401, milliseconds: 1 }) : get(url, headers, seconds);
  const before = (state: string) => {
    if (state === 'Claim') isAsked = true;
    if (state === 'HealthCheckBlue') world.time += 400_000;
    if (state === 'CheckRollback') world.time += 1_000_000;
  };
  await walk('rollout', bad, world, { before });
  return newestRollout(world);
}

function close(rolloutId: string, before?: (state: string) => void) {
  const walked: Promise<Awaited<ReturnType<typeof walk>>>[] = [];
  const decider = { by: 'ada', how: 'command', reason: 'blue serves, its health path asks for a login' } as const;
  const asked = requestClose(rolloutId, decider, ['the rule sends 0 % to green'], {
    store: world.store,
    now: world.now,
    startClosing: (id, request) => {
      const input = { rolloutId: id, ...request };
      walked.push(walk('rollback', input, world, before === undefined ? {} : { before }, `${id}-close-1`));
      return Promise.resolve();
    },
  });
  return asked.then(async (decided) => ({ decided, walked: await Promise.all(walked) }));
}

const events = async (rolloutId: string) => (await world.store.events(rolloutId, 0)).map(({ event }) => event);

describe('a person closes a rollback that cannot end', () => {
  test('traffic and tasks stay, autoscaling and header rules are put back, guard and lock are gone', async () => {
    const { rolloutId, phase } = await stuckRollback();
    expect(phase).toBe('rollingBack');
    expect(world.autoscaling.get('web-a')).toMatchObject({ suspended: { scaleIn: true } });
    await world.router.openHeaderRoute({
      listenerArn: modelArns.listener,
      besideRule: modelArns.rule,
      header: 'x-canary',
      value: 'true',
      targetGroup: modelArns.groupB,
      rolloutId,
    });
    const changes = world.changes.length;

    const { walked } = await close(rolloutId);

    expect(walked[0]?.end).toEqual({ status: 'SUCCEEDED' });
    expect(walked[0]?.states.slice(-2)).toEqual(['CloseAsItIs', 'AnnounceRollback']);
    expect(world.changes).toHaveLength(changes);
    expect(world.slots.get('web-b')?.desired).toBe(2);
    const free = { scaleIn: false, scaleOut: false, scheduled: false };
    expect(world.autoscaling.get('web-a')).toEqual({ min: 2, max: 6, suspended: free });
    expect(world.headerRoutes.size).toBe(0);
    expect(world.schedules.pending()).toEqual([]);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
    expect((await events(rolloutId)).at(-1)).toMatchObject({
      type: 'RollbackClosed',
      by: 'ada',
      how: 'command',
      reason: 'blue serves, its health path asks for a login',
      serves: 'a',
      putBack: expect.arrayContaining(['autoscaling of blue (web-a)', 'the lock is released']),
      stays: expect.arrayContaining([
        `${modelArns.rule} sends 0 % to green, 100 % to blue`,
        "green's tasks run (web-b)",
      ]),
    });
    expect(world.announcements.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['CloseRequested', 'RollbackClosed']),
    );
  });

  test('the next push starts a rollout', async () => {
    const TargetGroups = [
      { TargetGroupArn: modelArns.groupA, Weight: 100 },
      { TargetGroupArn: modelArns.groupB, Weight: 0 },
    ];
    world.actions.set(modelArns.rule, [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
    await close((await stuckRollback()).rolloutId);
    world.probe.get = (_, headers) => {
      world.countProbe(headers);
      return Promise.resolve({ status: 200, milliseconds: 1 });
    };

    await walk('rollout', good, world, {}, 'execution-2');

    expect(await newestRollout(world)).toMatchObject({ phase: 'succeeded', image: { tag: good.image } });
  });

  test('nobody starts it again: the guard, an event of a dead attempt, the watch after a rollback', async () => {
    const { rolloutId } = await stuckRollback();
    await close(rolloutId);
    const weights = world.weights();
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

    const fired = await walk('rollback', { rolloutId, by: 'the guard', reason: 'silence' }, world, {}, 'late-guard');
    const detail = ended('rollback', modelExecutionArn('rollback', `${rolloutId}-rb-1`), { rolloutId });

    expect(fired.end).toEqual({ status: 'SUCCEEDED' });
    expect(await watchExecution({ detail }, world)).toEqual({ outcome: 'ignored' });
    expect(world.weights()).not.toEqual(weights);
    expect(world.schedules.pending()).toEqual([]);
  });

  test('an attempt under way is stopped, loses its right, and its end is no failure', async () => {
    const seen: Awaited<ReturnType<typeof close>>[] = [];
    const pending: Promise<unknown>[] = [];
    const before = (state: string) => {
      if (state !== 'HealthCheckBlue' || pending.length > 0) return;
      pending.push(newestRolloutId(world).then(async (id = '') => seen.push(await close(id))));
    };
    const { end } = await walk('rollout', bad, world, { before });
    await Promise.all(pending);
    const { rolloutId } = await newestRollout(world);

    expect(seen[0]?.walked[0]?.states).toEqual(expect.arrayContaining(['DescribeClaimer', 'StopClaimer', 'TakeOver']));
    expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('closed by ada') });
    expect(world.slots.get('web-b')?.desired).toBe(2);
    expect((await events(rolloutId)).map(({ type }) => type)).not.toContain('RolledBack');
  });

  test('a closing that died is started again as a closing', async () => {
    const { rolloutId } = await stuckRollback();
    const { walked } = await close(rolloutId, (state) => {
      if (state === 'CloseAsItIs') throw new Error('Lambda is down');
    });
    // Traffic may be anywhere: a closing moves none.
    expect(walked[0]?.end).toMatchObject({
      error: 'ClosingIncomplete',
      cause: expect.stringContaining('moved no traffic'),
    });
    const detail = ended('rollback', modelExecutionArn('rollback', `${rolloutId}-close-1`), { rolloutId });

    expect(await watchExecution({ detail: { ...detail, status: 'FAILED' } }, world)).toMatchObject({
      outcome: 'started',
    });
    const { name, input } = world.startedRollbacks.at(-1) ?? { name: '' };
    expect(input).toMatchObject({ rolloutId, close: 'yes' });
    await walk('rollback', input, world, {}, name);

    expect((await events(rolloutId)).at(-1)).toMatchObject({ type: 'RollbackClosed', by: 'ada' });
  });

  test('what cannot be put back is named, and keeps no lock', async () => {
    const { rolloutId } = await stuckRollback();
    world.capacity.setAutoscaling = () => Promise.reject(new Error('AccessDenied'));
    world.router.find = () => Promise.reject(new Error('the balancer is down'));

    await close(rolloutId);

    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
    const last = (await events(rolloutId)).at(-1);
    expect(last).toMatchObject({
      type: 'RollbackClosed',
      stays: expect.arrayContaining([
        expect.stringContaining('the rules cannot be read'),
        expect.stringMatching(/autoscaling of blue \(web-a\): could not be put back \(AccessDenied\)/),
        expect.stringMatching(/header rules.*could not be put back/),
      ]),
    });
    expect(last).not.toHaveProperty('serves');
  });

  test('where green serves everything, it is green that scales by itself again', async () => {
    const { rolloutId } = await stuckRollback();
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

    await close(rolloutId);

    expect((await events(rolloutId)).at(-1)).toMatchObject({ type: 'RollbackClosed', serves: 'b' });
    expect(world.autoscaling.get('web-b')).toMatchObject({ min: 2, suspended: { scaleIn: false } });
  });
});

describe('what cannot be closed', () => {
  test('a rollout that is not rolling back', async () => {
    await walk('rollout', good, world);
    const { rolloutId } = await newestRollout(world);

    const { decided, walked } = await close(rolloutId);

    expect(decided).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('it succeeded') });
    expect(walked).toEqual([]);
  });

  test('a machine that was told so without a person: it ends without closing anything', async () => {
    const { rolloutId } = await stuckRollback();

    const { end } = await walk('rollback', { rolloutId, close: 'yes' }, world, {}, 'by-mistake');

    expect(end).toMatchObject({ status: 'FAILED', cause: expect.not.stringContaining('on blue and read back') });
    expect(await newestRollout(world)).toMatchObject({ phase: 'rollingBack' });
  });
});
