import { describe, expect, test } from '@jest/globals';
import { describeDrained } from '../../../lib/rollout/draining.ts';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { scaleDownBlue } from '../../../lib/usecases/retirement/scale-down-blue.ts';
import { watchTraffic } from '../../../lib/usecases/rollback/watch-traffic.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo, rollbackTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

/** ECS with tasks that have not stopped, and what was asked of it. */
class Draining {
  left = 2;
  lastStoppedAt: string | undefined;
  readonly stops: (readonly [service: string, keep: number])[] = [];
  readonly world: World;

  constructor(journey: Journey) {
    this.world = altered(journey.world, {
      runtime: {
        remainingTasks: () => Promise.resolve({ left: this.left, lastStoppedAt: this.lastStoppedAt }),
        stopTasks: ({ service }, keep) => {
          this.stops.push([service, keep]);
          return Promise.resolve(this.left);
        },
      },
    });
  }
}

async function rolledBack(openRequests?: Readonly<Record<string, unknown>>) {
  const journey = await rollbackTo('confirmed', 'shifted', undefined, { spec: modelSpec({ openRequests }) });
  const ecs = new Draining(journey);
  await useCases.removeGreen(journey, ecs.world);
  await useCases.closeRollback(journey, ecs.world);
  const removedAt = Date.parse((await journey.stored()).state.happened?.GreenRemoved ?? '');
  const look = (seconds: number) => {
    journey.world.time = removedAt + seconds * 1000;
    return watchTraffic({ rolloutId: journey.rolloutId }, ecs.world);
  };
  const stopsAfter = (seconds: number) => {
    ecs.left = 0;
    ecs.lastStoppedAt = new Date(removedAt + seconds * 1000).toISOString();
  };
  return { journey, ecs, look, stopsAfter, drained: async () => (await journey.stored()).state.drained };
}

describe('green after a rollback', () => {
  test('is drained when its last task had stopped, not when somebody saw that', async () => {
    const { journey, look, stopsAfter, drained } = await rolledBack();
    await look(60);
    expect(await drained()).toBeUndefined();

    stopsAfter(75);
    expect(await look(120)).toEqual({ outcome: 'confirmed' });
    expect(await drained()).toMatchObject({ side: 'green', seconds: 75, tasksLeft: 0, cut: false });
    await look(180);
    expect(await journey.events('SideDrained')).toHaveLength(1);
  });

  test('that is not drained when the watch ends is said not to be', async () => {
    const { look, drained } = await rolledBack();
    await look(120);
    expect(await drained()).toBeUndefined();
    await look(640);

    expect(await drained()).toMatchObject({ side: 'green', tasksLeft: 2, cut: false });
  });

  test('drains by default: no task is stopped ahead of its deregistration delay', async () => {
    const { ecs, look } = await rolledBack();
    for (const seconds of [60, 300, 640]) await look(seconds);

    expect(ecs.stops).toEqual([]);
  });

  test('is cut at once where the spec says so', async () => {
    const { ecs, look, stopsAfter, drained } = await rolledBack({ mode: 'cut' });
    expect(ecs.stops).toEqual([['web-b', 0]]);

    stopsAfter(2);
    await look(60);
    expect(await drained()).toMatchObject({ seconds: 2, cut: true });
  });

  test('is cut once its limit is over, at a look that comes just then', async () => {
    const { journey, ecs, look, stopsAfter, drained } = await rolledBack({ limit: '90s' });
    await look(60);
    expect(ecs.stops).toEqual([]);
    const closedAt = Date.parse((await journey.stored()).state.closedAt ?? '');
    journey.world.schedules.due(new Date(closedAt + 60_000));
    const [next] = journey.world.schedules.pending();
    expect(next?.at.getTime()).toBe(closedAt + 90_000);

    await look(91);
    expect(ecs.stops).toEqual([['web-b', 0]]);
    stopsAfter(93);
    await look(180);
    expect(await drained()).toMatchObject({ seconds: 93, cut: true });
  });
});

describe('a former blue that is retired', () => {
  const retire = async (openRequests?: Readonly<Record<string, unknown>>) => {
    const journey = await journeyTo('finished', { spec: modelSpec({ openRequests }) });
    const ecs = new Draining(journey);
    const retirement = { service: 'web', rolloutId: journey.rolloutId };
    return { journey, ecs, retirement, drained: async () => (await journey.stored()).state.drained };
  };

  test('is draining until its last task has stopped', async () => {
    const { journey, ecs, retirement, drained } = await retire();
    expect(await retireBlue(retirement, ecs.world)).toEqual({ outcome: 'draining' });
    expect((await journey.transitions()).at(-1)).toBe('BlueRetired');
    journey.world.time += 60_000;
    expect(await retireBlue(retirement, ecs.world)).toEqual({ outcome: 'draining' });

    ecs.left = 0;
    ecs.lastStoppedAt = journey.world.now().toISOString();
    journey.world.time += 60_000;
    expect(await retireBlue(retirement, ecs.world)).toEqual({ outcome: 'retired' });
    expect(await drained()).toMatchObject({ side: 'blue', seconds: 60, tasksLeft: 0, cut: false });
  });

  test('is not waited for longer than the longest deregistration delay', async () => {
    const { journey, ecs, retirement, drained } = await retire();
    await retireBlue(retirement, ecs.world);
    journey.world.time += 4_000_000;

    expect(await retireBlue(retirement, ecs.world)).toEqual({ outcome: 'retired' });
    expect(await drained()).toMatchObject({ side: 'blue', tasksLeft: 2 });
  });

  test('is not measured once something else runs in its slot', async () => {
    const { journey, ecs, retirement, drained } = await retire();
    await retireBlue(retirement, ecs.world);
    const slot = journey.world.slots.get('web-a');
    if (slot !== undefined) slot.desired = 3;

    expect(await retireBlue(retirement, ecs.world)).toEqual({ outcome: 'retired' });
    expect(await drained()).toBeUndefined();
  });

  test('is cut where the spec says so: all but the kept task first, then that', async () => {
    const { ecs, retirement } = await retire({ mode: 'cut' });
    await scaleDownBlue(retirement, ecs.world);
    await retireBlue(retirement, ecs.world);

    expect(ecs.stops).toEqual([
      ['web-a', 1],
      ['web-a', 0],
    ]);
  });
});

test.each([
  [{ tasksLeft: 0, cut: false }, 'Green is drained: its last task stopped 42 s after its removal'],
  [{ tasksLeft: 0, cut: true }, 'Its tasks were stopped with what was open on them'],
  [{ tasksLeft: 3, cut: false }, '3 tasks still run, and requests may be open'],
] as const)('what is drained says what is known: %j', (facts, text) => {
  expect(describeDrained({ side: 'green', seconds: 42, secondsSinceShift: 60, ...facts })).toContain(text);
});
