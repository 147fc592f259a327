import { describe, expect, test } from '@jest/globals';
import type { KeptMaintenance } from '../../../lib/ports/maintenances.ts';
import { bringBackGood } from '../../../lib/usecases/emergency/bring-back-good.ts';
import { keepPage } from '../../../lib/usecases/emergency/keep-page.ts';
import { lookAtEmergency } from '../../../lib/usecases/emergency/look-at-emergency.ts';
import { raiseCapacity } from '../../../lib/usecases/emergency/raise-capacity.ts';
import { openedState } from '../../../lib/rollout/state.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { digestOf, modelArns, type ModelWorld } from '../../model/model-world.ts';
import { declared, sicken } from '../../statemachines/emergency-scenarios.ts';
import { type Journey, journeyTo, rollbackTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const input = { service: 'web', number: 1 };

/** A version has succeeded, the former one is kept no more, and nothing serves. */
async function stricken(at: 'finished' = 'finished'): Promise<Journey> {
  const journey = await journeyTo(at);
  sicken(journey.world, new Set([digestOf('b')]));
  await declared(journey.world);
  return journey;
}
/** The record has a rollout of before, too: version d served until it brought in version a. */
function remembersFormer(world: ModelWorld): void {
  const { store } = world;
  const [list, load] = [store.list.bind(store), store.load.bind(store)];
  const image = { repositoryUri: 'registry/shop/web', digest: digestOf('a'), tag: 'a-1' };
  const former = openedState('web-0', '2026-02-01T10:00:00.000Z', openedEvent({ image, blueDigest: digestOf('d') }));
  world.addImage('d-1', digestOf('d'));
  store.list = async (service, most) => [
    ...(await list(service, most)),
    { rolloutId: 'web-0', phase: 'succeeded', openedAt: former.openedAt, image: 'a-1' },
  ];
  store.load = async (id) =>
    id === 'web-0' ? { state: { ...former, phase: 'succeeded' }, sequence: 1, fence: 1 } : load(id);
}
const record = async ({ world }: Journey) => (await world.emergencies.emergency('web'))?.record;
const acted = async (journey: Journey) =>
  (await journey.events()).flatMap((event) => (event.type === 'EmergencyActed' ? [event.what] : []));

describe('capacity', () => {
  test('gives the side with traffic its tasks within its limit, and starts them anew once', async () => {
    const journey = await stricken();
    const slot = journey.world.slots.get('web-b');
    if (slot !== undefined) slot.desired = 1;
    journey.world.autoscaling.set('web-b', {
      min: 0,
      max: 2,
      suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    });
    let stops = 0;
    const world = altered(journey.world, {
      runtime: {
        stopTasks: () => {
          stops += 1;
          return Promise.resolve(2);
        },
      },
    });
    const needs = { ...world, emergencies: journey.world.emergencies };

    await raiseCapacity(input, needs);
    await raiseCapacity(input, needs);

    expect(journey.world.slots.get('web-b')?.desired).toBe(2);
    expect(stops).toBe(1);
    expect(await acted(journey)).toEqual([
      'web-b gets 2 tasks, it had 1; web-b has no healthy target: 2 tasks are stopped, and ECS starts new ones',
    ]);
  });

  test('does not stop tasks of a side that has a healthy target', async () => {
    const journey = await journeyTo('finished');
    await declared(journey.world);
    const world = altered(journey.world, { runtime: { stopTasks: () => Promise.reject(new Error('not these')) } });
    await raiseCapacity(input, { ...world, emergencies: journey.world.emergencies });
    expect(await acted(journey)).toEqual(['the sides that users reach have their tasks; nothing was started anew']);
  });
});

describe('tasks that are stopped', () => {
  const stopping = async (targets: readonly { healthy: number; unhealthy: number; total: number }[]) => {
    const journey = await stricken();
    let stops = 0;
    const health = new Map<string, (typeof targets)[number]>();
    const world = altered(journey.world, {
      router: {
        targetHealth: (group) => {
          const known = health.get(group) ??
            targets[health.size % targets.length] ?? { healthy: 0, unhealthy: 0, total: 0 };
          health.set(group, known);
          return Promise.resolve(known);
        },
      },
      runtime: {
        stopTasks: () => {
          stops += 1;
          return Promise.resolve(2);
        },
      },
    });
    await raiseCapacity(input, { ...world, emergencies: journey.world.emergencies });
    return stops;
  };

  test('are those of a side whose every target is unhealthy, none that is starting', async () => {
    expect(await stopping([{ healthy: 0, unhealthy: 2, total: 2 }])).toBe(1);
    expect(await stopping([{ healthy: 0, unhealthy: 1, total: 2 }])).toBe(0);
    expect(await stopping([{ healthy: 0, unhealthy: 0, total: 0 }])).toBe(0);
  });

  test('and cannot all be: a person is told, and how to go on', async () => {
    const journey = await stricken();
    const world = altered(journey.world, { runtime: { stopTasks: () => Promise.reject(new Error('Rate exceeded')) } });
    await raiseCapacity(input, { ...world, emergencies: journey.world.emergencies });
    expect(await journey.events('EmergencyPartFailed')).toEqual([
      expect.objectContaining({ part: 'capacity', reason: expect.stringContaining('aws ecs stop-task --cluster') }),
    ]);
  });
});

describe('the page', () => {
  const keep = async (journey: Journey, wanted: 'on' | 'off', standing: KeptMaintenance['standing'] = 'up') =>
    keepPage(
      { ...input, wanted },
      {
        store: journey.world.store,
        emergencies: journey.world.emergencies,
        now: journey.world.now,
        keepMaintenance: (service) => Promise.resolve({ service, standing, removed: 1, reason: 'no room' }),
      },
    );
  const page = async ({ world }: Journey) => (await world.store.maintenance('web'))?.record;

  test('is ordered once, and taken down', async () => {
    const journey = await stricken();
    await keep(journey, 'on');
    const first = await page(journey);
    await keep(journey, 'on');
    expect(first).toMatchObject({ wanted: 'on', by: 'Sluice', reason: 'web-emergency-1: nothing serves users' });
    expect(await page(journey)).toEqual(first);
    await keep(journey, 'off', 'down');
    await keep(journey, 'off', 'down');
    expect(await page(journey)).toMatchObject({ wanted: 'off' });
    expect(await acted(journey)).toEqual(['users get it', 'it is taken down, as users are served']);
  });

  test('of a person is left to them', async () => {
    const journey = await stricken();
    const at = journey.world.now().toISOString();
    const theirs = {
      wanted: 'on',
      by: 'Ana',
      how: 'command',
      reason: 'the database moves',
      at,
      standing: 'up',
    } as const;
    await journey.world.store.putMaintenance('web', { ...theirs, listeners: [] }, undefined);
    await keep(journey, 'on');
    await keep(journey, 'off');
    expect(await page(journey)).toMatchObject({ wanted: 'on', by: 'Ana' });
    expect((await record(journey))?.pageAt).toBeDefined();
  });

  test('that has no room is told, and not asked for again', async () => {
    const journey = await stricken();
    await keep(journey, 'on', 'refused');
    expect(await journey.events('EmergencyPartFailed')).toEqual([
      expect.objectContaining({ part: 'maintenance', reason: 'no room' }),
    ]);
    expect((await record(journey))?.pageAt).toBeDefined();
  });
});

describe('the last known good version', () => {
  test('is started once, under the name of its number, however often the call comes', async () => {
    const journey = await stricken();
    const { world } = journey;
    await bringBackGood(input, world);
    await bringBackGood(input, world);
    const ours = world.started.filter(({ name }) => name.includes('emergency'));
    expect(ours).toEqual([
      {
        name: 'web-emergency-1-good-1',
        input: {
          service: 'web',
          image: digestOf('a'),
          requestedBy: 'Sluice, for web-emergency-1',
          rollback: { to: 'version', reason: 'web-emergency-1: nothing serves', emergency: 'web-emergency-1' },
        },
      },
    ]);
    expect(await journey.events('EmergencyActed')).toHaveLength(1);
  });

  test('whose start died is started by the next call', async () => {
    const journey = await stricken();
    const dying = altered(journey.world, {
      executions: { ...journey.world.executions, start: () => Promise.reject(new Error('the function died')) },
    });
    await expect(bringBackGood(input, { ...dying, emergencies: journey.world.emergencies })).rejects.toThrow('died');
    journey.world.time += 5000;
    expect(await lookAtEmergency({ ...input }, journey.world)).toMatchObject({ outcome: 'page' });
    await bringBackGood(input, journey.world);
    expect(journey.world.started.map(({ name }) => name)).toContain('web-emergency-1-good-1');
  });

  test('does not touch a rollback whose rules are not settled, and has one closed whose blue is down', async () => {
    const journey = await rollbackTo('claimed');
    const { world } = journey;
    remembersFormer(world);
    await declared(world);
    const closings = () => world.startedRollbacks.filter(({ name }) => name.includes('-close-'));
    await bringBackGood(input, world);
    await bringBackGood(input, world);
    expect(closings()).toEqual([]);
    expect(await acted(journey)).toEqual([expect.stringContaining('it waits for the rollback of')]);

    const restored = await rollbackTo('confirmed');
    sicken(restored.world, new Set([digestOf('a'), digestOf('b')]));
    remembersFormer(restored.world);
    await declared(restored.world);
    await bringBackGood(input, restored.world);
    await bringBackGood(input, restored.world);
    const started = restored.world.startedRollbacks.filter(({ name }) => name.includes('-close-'));
    expect(started).toHaveLength(1);
    expect(await restored.events('CloseRequested')).toEqual([expect.objectContaining({ by: 'Sluice' })]);
    expect(Object.keys(restored.world.weights())).toEqual([modelArns.groupA]);
  });

  test('waits until a rollout under way has gone back', async () => {
    const journey = await journeyTo('shifted');
    remembersFormer(journey.world);
    await declared(journey.world);
    await bringBackGood(input, journey.world);
    expect(journey.world.startedRollbacks).toHaveLength(1);
    expect(journey.world.started.filter(({ name }) => name.includes('emergency'))).toEqual([]);
  });

  test('whose rollout was refused is tried again, later each time, and five times in all', async () => {
    const journey = await stricken();
    const { world } = journey;
    const refused = altered(world, {
      executions: {
        ...world.executions,
        describe: (executionArn) =>
          Promise.resolve({
            ...{ executionArn, name: 'refused', input: '{}' },
            ...{ status: 'FAILED', error: 'Rejected', cause: 'web-9 holds the lock' },
          }),
      },
    });
    const looking = { ...refused, emergencies: world.emergencies };
    for (let looks = 0; looks < 100; looks += 1) {
      world.time += 5000;
      await lookAtEmergency(input, looking);
      await bringBackGood(input, world);
    }
    const { attempts = [], exhausted } = (await record(journey)) ?? {};
    const starts = attempts.map(({ at }) => Date.parse(at) / 1000);
    expect(starts.slice(1).map((at, index) => at - (starts[index] ?? 0))).toEqual([20, 35, 50, 65]);
    expect(attempts.map(({ digest, execution, outcome }) => [digest, execution, outcome])).toEqual(
      [1, 2, 3, 4, 5].map((nth) => [digestOf('a'), `web-emergency-1-good-${String(nth)}`, 'notOpened']),
    );
    expect(exhausted).toBe(
      '5 attempts to bring a version back were made; of the last one: it opened no rollout: Rejected: web-9 holds the lock',
    );
    expect(await acted(journey)).toContain(
      `${digestOf('a')} was not brought back: it opened no rollout: Rejected: web-9 holds the lock`,
    );
  });

  test.each<[string, () => Promise<Journey>]>([
    ['a rollout under way', () => journeyTo('shifted')],
    ['a rollback that has put all traffic on a dead blue', () => rollbackTo('confirmed')],
  ])('where none is known does nothing to %s', async (_, prepared) => {
    const journey = await prepared();
    sicken(journey.world, new Set([digestOf('a'), digestOf('b')]));
    await declared(journey.world);
    const before = journey.world.startedRollbacks.length;
    expect(await bringBackGood(input, journey.world)).toEqual({ outcome: 'none' });
    expect(journey.world.startedRollbacks).toHaveLength(before);
    expect((await record(journey))?.exhausted).toContain('no further version is known to be good');
  });

  test('leaves a rollout alone that was opened since the emergency began, and tells that once', async () => {
    const journey = await journeyTo('shifted');
    remembersFormer(journey.world);
    await declared(journey.world);
    const opened = Date.parse((await journey.stored()).state.openedAt);
    const stored = await journey.world.emergencies.emergency('web');
    if (stored === undefined) throw new Error('no emergency');
    await journey.world.emergencies.putEmergency(
      'web',
      { ...stored.record, since: new Date(opened - 1).toISOString() },
      stored,
    );
    const { world } = journey;
    expect(await bringBackGood(input, world)).toEqual({ outcome: 'waiting' });
    expect(await bringBackGood(input, world)).toEqual({ outcome: 'waiting' });
    expect(journey.world.startedRollbacks).toEqual([]);
    expect(await acted(journey)).toEqual([expect.stringContaining('is left alone while it goes on')]);
  });
});

describe('a look', () => {
  test('reads the rollout that tells of it once, where nothing is news', async () => {
    const journey = await stricken();
    await lookAtEmergency(input, journey.world);
    const { store } = journey.world;
    const load = store.load.bind(store);
    const read: string[] = [];
    store.load = (id) => {
      read.push(id);
      return load(id);
    };

    await lookAtEmergency(input, journey.world);

    expect(read).toHaveLength(1);
  });

  test('reminds people once in five minutes, until somebody takes it', async () => {
    const journey = await stricken();
    const look = () => lookAtEmergency(input, journey.world);
    journey.world.time += 301_000;
    await look();
    await look();
    expect(await journey.events('EmergencyReminded')).toHaveLength(1);
    journey.world.time += 300_000;
    await look();
    expect(await journey.events('EmergencyReminded')).toHaveLength(2);
    await journey.append({ type: 'AlertTaken', by: 'Ana', how: 'command' });
    journey.world.time += 300_000;
    await look();
    expect(await journey.events('EmergencyReminded')).toHaveLength(2);
  });

  test('that cannot read the load balancer brings nothing back', async () => {
    const journey = await stricken();
    const blind = altered(journey.world, { router: { targetHealth: () => Promise.reject(new Error('throttled')) } });
    journey.world.time += 600_000;
    const answer = await lookAtEmergency(input, { ...blind, emergencies: journey.world.emergencies });
    expect(answer).toMatchObject({ outcome: 'wait' });
    expect((await record(journey))?.waitsFor).toContain('could not be found out');
  });

  test('whose rule is gone says so, and ends nothing', async () => {
    const journey = await stricken();
    const without = altered(journey.world, {
      router: { find: (targets) => Promise.resolve(targets.map(() => undefined)) },
    });
    journey.world.time += 600_000;
    const answer = await lookAtEmergency(input, { ...without, emergencies: journey.world.emergencies });
    expect(answer).toMatchObject({ outcome: 'wait' });
    expect((await record(journey))?.waitsFor).toContain('is gone: put it back');
  });

  test('after its time ends it, also where nothing can be read', async () => {
    const journey = await stricken();
    journey.world.time += 3_600_000;
    const blind = altered(journey.world, {
      executions: { ...journey.world.executions, describe: () => Promise.reject(new Error('away')) },
    });
    const answer = await lookAtEmergency(input, { ...blind, emergencies: journey.world.emergencies });
    expect(answer).toMatchObject({ outcome: 'over' });
    expect(await journey.events('EmergencyEnded')).toEqual([expect.objectContaining({ outcome: 'timeOver' })]);
  });

  test('tells once of a part that cannot be done', async () => {
    const journey = await stricken();
    for (let looks = 0; looks < 4; looks += 1) {
      await lookAtEmergency(input, journey.world);
      journey.world.time += 61_000;
    }
    expect(await journey.events('EmergencyPartFailed')).toEqual([
      expect.objectContaining({ part: 'maintenance', reason: expect.stringContaining('KeepPage') }),
      expect.objectContaining({ part: 'capacity', reason: expect.stringContaining('RaiseCapacity') }),
    ]);
  });

  test('ends it once, however often it comes', async () => {
    const journey = await journeyTo('finished');
    await declared(journey.world);
    for (let looks = 0; looks < 8; looks += 1) {
      journey.world.time += 5000;
      await lookAtEmergency(input, journey.world);
    }
    expect(await journey.events('EmergencyEnded')).toEqual([expect.objectContaining({ outcome: 'served' })]);
    expect((await journey.stored()).state.matters?.filter(({ type }) => type === 'EmergencyBegan')).toEqual([]);
  });
});
