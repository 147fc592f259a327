import { beforeEach, describe, expect, test } from '@jest/globals';
import { recordedPeriods } from '../../lib/rollout/recorded-periods.ts';
import { digestOf, modelArns, modelExecutionArn, modelSpec, ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  world.addImage('413-b4dc0de', digestOf('c'), 0.3);
  await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());
});

const good = { service: 'web', image: '412-9f8d111' };
const bad = { service: 'web', image: '413-b4dc0de' };

async function newest() {
  const [summary] = await world.store.list('web', 1);
  const stored = summary && (await world.store.load(summary.rolloutId));
  if (stored === undefined) throw new Error('no rollout was opened');
  return stored.state;
}

describe('rollout', () => {
  test('takes a good version to 100 %, step by step, and keeps blue', async () => {
    const { end } = await walk('rollout', good, world);

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(world.changes.map(({ weights }) => weights[modelArns.groupB])).toEqual([10, 50, 100]);
    expect(await newest()).toMatchObject({ phase: 'succeeded', blue: 'a', green: 'b' });
    expect(world.slots.get('web-a')?.desired).toBe(2);
    expect(world.headerRoutes.size).toBe(0);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined, retention: { slot: 'a' } });
  });

  test('puts a bad version back at the first step, removes green and says which gate failed', async () => {
    const { end } = await walk('rollout', bad, world);

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack', cause: expect.stringContaining('413-b4dc0de') });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(world.slots.get('web-b')?.desired).toBe(0);
    expect(await newest()).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    expect(await world.store.service('web')).toEqual({ lockedBy: undefined, retention: undefined });
  });

  test('keeps what its gates saw, each period once', async () => {
    await walk('rollout', good, world);

    const periods = recordedPeriods(await world.store.events((await newest()).rolloutId, 0));
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
      expect(await newest()).toMatchObject({ phase: 'rolledBack' });
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
      cause: expect.stringContaining('Somebody else changed what this rollout works on: rule'),
    });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });
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
    expect(await newest()).toMatchObject({ phase: 'rolledBack', reason: 'customers complain' });
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('of a rollout that has ended does nothing', async () => {
    await walk('rollout', good, world);
    const weights = world.weights();
    const { rolloutId } = await newest();

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

    expect(await newest()).toMatchObject({ phase: 'rolledBack' });
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
    const { rolloutId } = await newest();
    const again = await walk('rollback', { rolloutId }, world, { before }, `${rolloutId}-rb-2`);
    expect(again.end).toEqual({ status: 'SUCCEEDED' });
    expect(await newest()).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
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
      const { rolloutId, phase } = await newest();
      expect(phase).toBe('rollingBack');

      const again = await walk('rollback', { rolloutId }, world, {}, `${rolloutId}-rb-2`);

      expect(again.end).toEqual({ status: 'SUCCEEDED' });
      expect(await newest()).toMatchObject({ phase: 'rolledBack' });
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
            ? Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 })
            : targetHealth(group);
      } else {
        const get = world.probe.get.bind(world.probe);
        world.probe.get = (url, headers, seconds) =>
          'x-sluice-verify' in headers ? get(url, headers, seconds) : Promise.resolve({ status: 500, milliseconds: 1 });
      }
      await walk('rollout', bad, world, { before });

      expect(world.announcements.map(({ type }) => type)).toContain('BlueNotHealthy');
      expect(world.announcements.map(({ type }) => type)).toContain('RollbackPartSlow');
      expect(world.slots.get('web-b')?.desired).toBe(2);
      expect(await newest()).toMatchObject({ phase: 'rollingBack' });
    },
  );

  test('started a second time while the first runs joins it and touches nothing', async () => {
    const second: ReturnType<typeof walk>[] = [];
    const before = (state: string) => {
      if (state !== 'RestoreRule' || second.length > 0) return;
      second.push(newest().then(({ rolloutId }) => walk('rollback', { rolloutId }, world, {}, 'by-the-scheduler')));
    };
    await walk('rollout', bad, world, { before });
    const [joined] = await Promise.all(second);

    expect(joined).toEqual({
      end: { status: 'SUCCEEDED' },
      states: ['Claim', 'FindClaimer', 'DescribeClaimer'],
    });
    expect((await world.store.load((await newest()).rolloutId))?.fence).toBe(2);
  });

  test('takes over from one that has ended without putting everything back', async () => {
    const { rolloutId } = await stoppedInMidShift();
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
    expect(await newest()).toMatchObject({ phase: 'rolledBack' });
  });

  test('that lost its claim meanwhile, as a redriven one may have, touches no rule', async () => {
    const { rolloutId } = await stoppedInMidShift();
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
    const { rolloutId } = await stoppedInMidShift();
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

/** Leaves a rollout behind whose execution ends in the middle, as by Stop in the console, with what the guard knows of it. */
async function stoppedInMidShift(at = 'AnalyseGreen') {
  const before = (state: string) => {
    if (state === at) throw new Error('stopped');
    if (state === 'RequestRollback' || state === 'StartRollback') throw new Error('stopped');
  };
  await walk('rollout', good, world, { before });
  return newest();
}

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
      const { rolloutId } = await stoppedInMidShift(state);
      expect(await guardFires()).toEqual([]);
      expect((await newest()).phase).not.toBe('rolledBack');

      world.time += 200_000;
      const [walked] = await guardFires();

      expect(walked?.end).toEqual({ status: 'SUCCEEDED' });
      expect(await newest()).toMatchObject({
        rolloutId,
        phase: 'rolledBack',
        reason: expect.stringContaining('no progress for'),
      });
      expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
      expect(world.slots.get('web-b')?.desired).toBe(0);
      expect(world.headerRoutes.size).toBe(0);
      expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
      // The weights are watched from now on.
      expect(world.schedules.pending()).toMatchObject([{ name: `${rolloutId}-guard` }]);
    },
  );

  test('finishes a rollout whose last watch had passed, and keeps blue', async () => {
    await stoppedInMidShift('FinishRollout');
    expect(await newest()).toMatchObject({ phase: 'finishing' });

    world.time += 200_000;
    const [walked] = await guardFires();

    expect(walked?.states).toEqual(['Claim', 'StopRollout', 'FinishRollout', 'StartRetirement', 'AnnounceFinish']);
    expect(await newest()).toMatchObject({ phase: 'succeeded' });
    expect(world.weights()[modelArns.groupB]).toBe(100);
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined, retention: { slot: 'a' } });
  });

  test('puts it back where it cannot be finished: somebody moved traffic', async () => {
    await stoppedInMidShift('FinishRollout');
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]);

    world.time += 200_000;
    await guardFires();

    expect(await newest()).toMatchObject({ phase: 'rolledBack' });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('a person who asks for a rollback then gets one', async () => {
    const { rolloutId } = await stoppedInMidShift('FinishRollout');
    await walk('rollback', { rolloutId, by: 'on-call', reason: 'customers complain' }, world);

    expect(await newest()).toMatchObject({ phase: 'rolledBack', reason: 'customers complain' });
  });

  test('that is late, or fires twice, finds nothing to roll back, and the retirement started', async () => {
    await walk('rollout', good, world);
    const { rolloutId } = await newest();
    const input = { rolloutId, by: 'the guard', reason: 'silence', ifPassed: 'finish' };

    const { states, end } = await walk('rollback', input, world);

    expect(states).toEqual(['Claim', 'FindClaimer', 'StartRetirement', 'AnnounceFinish']);
    expect(end.status).toBe('SUCCEEDED');
    expect(world.weights()[modelArns.groupB]).toBe(100);
  });

  test('starts the retirement after a success that came when the execution had been stopped already', async () => {
    await stoppedInMidShift('StartRetirement');
    const { rolloutId } = await newest();
    const input = { rolloutId, by: 'the guard', reason: 'stopped', ifPassed: 'finish' };

    const { states } = await walk('rollback', input, world);

    expect(await newest()).toMatchObject({ phase: 'succeeded' });
    expect(states).toContain('StartRetirement');
  });

  test('of a rollout that was never opened finds nothing', async () => {
    const { end } = await walk('rollback', { rolloutId: 'web-never', ifPassed: 'finish' }, world);

    expect(end).toEqual({ status: 'SUCCEEDED' });
  });

  test('tries a rollback again that died after its first restoration', async () => {
    const { rolloutId } = await stoppedInMidShift();
    const before = (state: string) => {
      if (state === 'VerifyBlue') throw new Error('the account is suspended');
    };
    const { end } = await walk('rollback', { rolloutId }, world, { before });
    expect(end.status).toBe('FAILED');

    world.time += 300_000;
    await guardFires();

    expect(await newest()).toMatchObject({ phase: 'rolledBack' });
  });
});

describe('retirement', () => {
  const input = async () => ({
    service: 'web',
    rolloutId: (await newest()).rolloutId,
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
