import { beforeEach, describe, expect, test } from '@jest/globals';
import { guardNames } from '../../../lib/usecases/ownership/guard-schedules.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelSpec } from '../../model/model-world.ts';
import { badImage, goodImage, type Journey, journeyTo, openInput, rollbackTo, type Stage } from '../journey.ts';
import { useCases, type UseCaseName } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('applied');
});

const pendingNames = ({ world }: Journey) => world.schedules.pending().map(({ name }) => name);
const scheduleOf = ({ world }: Journey, name: string) =>
  world.schedules.pending().find((schedule) => schedule.name === name);
const deadline = (of: Journey, fence = 1) => scheduleOf(of, guardNames(of.rolloutId, fence).deadMan)?.at;
const limitOf = (of: Journey) => scheduleOf(of, guardNames(of.rolloutId, 1).limit)?.at;

/** A schedule has no fractions of a second. */
const secondsFrom = (time: number, seconds: number) => new Date(Math.ceil(time / 1000 + seconds) * 1000);

const failing: World['schedules'] = {
  put: () => Promise.reject(new Error('the scheduler is down')),
  remove: () => Promise.reject(new Error('the scheduler is down')),
};

describe('before a rollout is opened', () => {
  test('its guard is set', async () => {
    let openedFirst = true;
    const { world } = journey;
    const schedules: World['schedules'] = {
      put: async (schedule) => {
        openedFirst &&= (await world.store.service('web')).lockedBy !== undefined;
        return world.schedules.put(schedule);
      },
      remove: (name) => world.schedules.remove(name),
    };
    await openRollout(openInput(), altered(world, { schedules }));

    expect(openedFirst).toBe(false);
    expect(world.schedules.pending()).toHaveLength(2);
  });

  test('a guard that cannot be set keeps it from being opened', async () => {
    const { world } = journey;

    await expect(openRollout(openInput(), altered(world, { schedules: failing }))).rejects.toThrow('scheduler is down');
    expect(await world.store.service('web')).toMatchObject({ lockedBy: undefined });
  });

  test('nothing is left of the guard where another rollout was faster', async () => {
    const first = await journeyTo('opened');
    // Looks as if nobody held the lock; the write tells the truth.
    const store = new Proxy(first.world.store, {
      get: (target, key) => {
        if (key === 'service') return () => Promise.resolve({ lockedBy: undefined, retention: undefined });
        const method: unknown = Reflect.get(target, key, target);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    const racing = { ...altered(first.world, {}), store };
    const input = { ...openInput(badImage), executionArn: `${openInput().executionArn}-2` };

    expect(await openRollout(input, racing)).toMatchObject({ outcome: 'rejected' });
    const { deadMan, limit } = guardNames(first.rolloutId, 1);
    expect(pendingNames(first)).toEqual([deadMan, limit]);
  });
});

/** Where each state stands that makes progress, and how long the rollout waits after it. */
const progress: readonly (readonly [UseCaseName, Stage, number])[] = [
  ['judgePreChecks', 'opened', 0],
  ['provisionGreen', 'checked', 1],
  ['checkGreen', 'deployed', 0],
  ['openHeaderRoute', 'verified', 0],
  ['shiftTraffic', 'routed', 1],
  ['analyseGreen', 'shifted', 1],
];

describe('while a rollout goes on', () => {
  test.each(progress)('%s after %s moves the deadline to %s s and the silence allowed', async (name, stage, wait) => {
    journey = await journeyTo(stage);
    const limit = limitOf(journey);
    journey.world.time += 100_000;
    await useCases[name](journey, journey.world);

    const silence = modelSpec().timeouts.guard;
    expect(deadline(journey)).toEqual(secondsFrom(journey.world.time, wait + silence));
    expect(limitOf(journey)).toEqual(limit);
  });

  test('a green that is still coming up moves it too', async () => {
    journey = await journeyTo('deployed');
    journey.world.time += 100_000;
    const progress = () => Promise.resolve({ state: 'inProgress' as const, running: 0, desired: 2, reason: '' });
    await useCases.checkGreen(journey, altered(journey.world, { runtime: { progress } }));

    expect(deadline(journey)).toEqual(secondsFrom(journey.world.time, 181));
  });

  test.each(progress.filter(([name]) => name !== 'shiftTraffic'))(
    'an outage of the scheduler does not stop %s after %s, and is told',
    async (name, stage) => {
      journey = await journeyTo(stage);
      const answer = await useCases[name](journey, altered(journey.world, { schedules: failing }));

      expect(answer).toMatchObject({ guard: 'not moved: the scheduler is down' });
    },
  );

  test('no traffic is shifted without the guard', async () => {
    journey = await journeyTo('routed');
    const world = altered(journey.world, { schedules: failing });

    await expect(useCases.shiftTraffic(journey, world)).rejects.toThrow('the scheduler is down');
    expect(journey.world.changes).toEqual([]);
  });

  test('whoever was taken over moves no deadline', async () => {
    journey = await journeyTo('shifted');
    const before = deadline(journey);
    journey.world.store.claim(journey.rolloutId);
    journey.world.time += 100_000;
    await expect(useCases.analyseGreen(journey, journey.world)).rejects.toThrow('taken over');

    expect(deadline(journey)).toEqual(before);
  });
});

describe('a rollback', () => {
  test('is tried again by the guard where it dies after its first restoration', async () => {
    journey = await rollbackTo('restored');
    const { world, rolloutId, fence } = journey;
    world.time += 300_000;
    expect(world.schedules.due(world.now()).map(({ name }) => name)).toEqual([guardNames(rolloutId, 1).deadMan]);
    await useCases.confirmRestored(journey, world);

    // The one that has fired is deleted some time later: what is set under its name until then is lost.
    expect(deadline(journey, fence)).toEqual(secondsFrom(world.time, 16 + 180));
  });

  test('and each attempt after it keeps one dead-man schedule, its own', async () => {
    journey = await rollbackTo('confirmed');
    const { world, rolloutId } = journey;
    expect(pendingNames(journey)).toEqual([guardNames(rolloutId, 2).deadMan, guardNames(rolloutId, 2).limit]);
    journey.claim();
    await useCases.confirmRestored(journey, world);

    expect(pendingNames(journey)).toEqual([guardNames(rolloutId, 3).deadMan, guardNames(rolloutId, 3).limit]);
  });

  test('that the dead-man schedule started has its weights watched, and leaves nothing else', async () => {
    journey = await rollbackTo('confirmed');
    const { world } = journey;
    world.time += 300_000;
    expect(world.schedules.due(world.now())).toHaveLength(1);
    await useCases.closeRollback(journey, world);

    expect(pendingNames(journey)).toEqual([expect.stringMatching(/-w[0-9a-z]+$/)]);
  });
});

describe('a rollout that has ended', () => {
  test.each([
    ['succeeded', 'finishRollout', () => journeyTo('finishing', { image: goodImage })],
    ['was rejected', 'rejectByPreChecks', () => journeyTo('opened')],
  ] as const)('because it %s leaves no schedule', async (_, name, at) => {
    journey = await at();
    expect(journey.world.schedules.pending()).toHaveLength(2);
    await useCases[name](journey, journey.world);

    expect(journey.world.schedules.pending()).toEqual([]);
  });

  test('has ended also where its schedules could not be removed', async () => {
    journey = await journeyTo('finishing');
    const answer = await useCases.finishRollout(journey, altered(journey.world, { schedules: failing }));

    expect(answer).toMatchObject({ outcome: 'succeeded', guard: 'not removed: the scheduler is down' });
  });
});
