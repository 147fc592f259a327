import { describe, expect, test } from '@jest/globals';
import { StaleWrite } from '../../../lib/ports/rollout-store.ts';
import type { Autoscaling } from '../../../lib/rollout/autoscaling.ts';
import { describeEvent } from '../../../lib/rollout/transition.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { restoreCapacity } from '../../../lib/usecases/rollback/restore-capacity.ts';
import { scaleDownBlue } from '../../../lib/usecases/retirement/scale-down-blue.ts';
import { sizeGreen } from '../../../lib/usecases/green/size-green.ts';
import { modelSpec, type ModelWorld } from '../../model/model-world.ts';
import { type Journey, journeyTo, rollbackTo, type Stage } from '../journey.ts';
import { altered } from '../watched-world.ts';

const free = { scaleIn: false, scaleOut: false, scheduled: false };
const parked = (max: number): Autoscaling => ({
  min: 0,
  max,
  suspended: { scaleIn: true, scaleOut: true, scheduled: true },
});

/** Blue has so many tasks, before the rollout opens or in its course. */
const blueHas = (count: number) => (world: ModelWorld) => {
  const blue = world.slots.get('web-a');
  if (blue !== undefined) blue.desired = count;
};
const big = (stage: Stage, count = 8, spec = modelSpec()) =>
  journeyTo(stage, {
    spec,
    prepare: (world) => {
      blueHas(count)(world);
      world.autoscaling.set('web-a', { min: 2, max: 10, suspended: free });
    },
  });

const settings = ({ world }: Journey) => Object.fromEntries(world.autoscaling);
const told = async (journey: Journey, type: string) => {
  const events = await journey.world.store.events(journey.rolloutId, 0);
  const { state } = await journey.stored();
  return events.filter(({ event }) => event.type === type).map(({ event }) => describeEvent(event, state));
};

describe('pinning', () => {
  test('keeps every task that blue has, lets it grow, and lets green grow as far as blue may', async () => {
    const journey = await big('pinned');

    expect(settings(journey)).toEqual({
      'web-a': { min: 8, max: 10, suspended: { scaleIn: true, scaleOut: false, scheduled: true } },
      'web-b': { min: 0, max: 10, suspended: { scaleIn: true, scaleOut: false, scheduled: true } },
    });
    expect((await journey.stored()).state.autoscaling).toEqual({
      blue: { min: 2, max: 10, suspended: free },
      green: { min: 0, max: 6, suspended: free },
    });
    expect(await told(journey, 'CapacityPinned')).toEqual([
      'Blue keeps at least 8 tasks until the rollout ends; it scales from 2 to 10 tasks otherwise.',
    ]);
  });

  test('of a service that nothing scales has nothing to do, and says so', async () => {
    const journey = await journeyTo('pinned', {
      prepare: ({ autoscaling }) => {
        autoscaling.clear();
      },
    });

    expect(settings(journey)).toEqual({});
    expect(await told(journey, 'CapacityPinned')).toEqual(['Nothing scales blue by itself: there is nothing to pin.']);
  });

  test('respects a limit that somebody has gone over by hand', async () => {
    const journey = await big('pinned', 12);

    expect(settings(journey)['web-a']).toMatchObject({ min: 12, max: 12 });
    expect(journey.world.slots.get('web-a')?.desired).toBe(12);
  });

  test.each([1, 2])(
    'that dies before change %s is done by the next call, and what was found first counts',
    async (at) => {
      const journey = await big('checked');
      let calls = 0;
      const dying = altered(journey.world, {
        capacity: {
          setAutoscaling: (...given) => {
            calls += 1;
            if (calls === at) return Promise.reject(new Error('the function was ended'));
            return journey.world.capacity.setAutoscaling(...given);
          },
        },
      });
      await expect(pinCapacity(journey.owned, dying)).rejects.toThrow('the function was ended');
      expect((await journey.stored()).state.happened?.CapacityPinned).toBeUndefined();
      await pinCapacity(journey.owned, journey.world);

      expect(settings(journey)['web-a']).toMatchObject({ min: 8, suspended: { scaleIn: true } });
      expect((await journey.stored()).state.autoscaling?.blue).toEqual({ min: 2, max: 10, suspended: free });
      expect(await told(journey, 'CapacityRecorded')).toHaveLength(1);
    },
  );
});

describe('the end of a rollback', () => {
  test.each([
    ['right after the pinning', 'pinned'],
    ['in the middle of a step', 'shifted'],
    ['at the end', 'finishing'],
  ] as const)('%s: blue scales as it did, and nothing starts tasks of green', async (_, from) => {
    const journey = await rollbackTo('confirmed', from);
    await restoreCapacity(journey.owned, journey.world);

    expect(settings(journey)).toEqual({ 'web-a': { min: 2, max: 6, suspended: free }, 'web-b': parked(6) });
  });

  test('after a crash between the record and the pin, what was recorded is put back', async () => {
    const journey = await rollbackTo('confirmed', 'checked', async (begun) => {
      const deaf = altered(begun.world, {
        capacity: { setAutoscaling: () => Promise.reject(new Error('the function was ended')) },
      });
      await expect(pinCapacity(begun.owned, deaf)).rejects.toThrow('the function was ended');
    });
    await restoreCapacity(journey.owned, journey.world);

    expect(settings(journey)['web-a']).toEqual({ min: 2, max: 6, suspended: free });
  });

  test('before anything was recorded nothing is touched', async () => {
    const journey = await rollbackTo('confirmed', 'checked');
    const before = journey.facts();

    expect(await restoreCapacity(journey.owned, journey.world)).toEqual({ outcome: 'restored' });
    expect(journey.facts()).toEqual(before);
    expect(await told(journey, 'CapacityRestored')).toEqual([]);
  });
});

describe('the end of a rollout', () => {
  test('the slot that serves now scales as the other one did, and that one is parked and keeps all its tasks', async () => {
    const journey = await big('finished');

    expect(settings(journey)).toEqual({ 'web-a': parked(10), 'web-b': { min: 2, max: 10, suspended: free } });
    expect(journey.world.slots.get('web-a')?.desired).toBe(8);
  });

  test('is not recorded where the settings could not be handed over', async () => {
    const journey = await big('finishing');
    const refusing = altered(journey.world, {
      capacity: { setAutoscaling: () => Promise.reject(new Error('ConcurrentUpdateException')) },
    });

    await expect(finishRollout(journey.owned, refusing)).rejects.toThrow('ConcurrentUpdateException');
    expect((await journey.stored()).state.phase).toBe('finishing');
    expect(await finishRollout(journey.owned, journey.world)).toMatchObject({ outcome: 'succeeded' });
  });

  test('one task stays one task, also where somebody put the usual minimum back', async () => {
    const journey = await big('finished');
    journey.world.autoscaling.set('web-a', { min: 2, max: 10, suspended: free });
    await scaleDownBlue({ service: 'web', rolloutId: journey.rolloutId }, journey.world);
    const found = settings(journey)['web-a'];
    // What any later change of the settings would do on AWS.
    if (found !== undefined) await journey.world.capacity.setAutoscaling({ cluster: 'main', service: 'web-a' }, found);

    expect(journey.world.slots.get('web-a')?.desired).toBe(1);
    expect(found).toEqual(parked(10));
  });
});

describe('sizing green', () => {
  const spec = modelSpec({ capacity: { headroom: 1, minimum: 1 } });
  const greenOf = ({ world }: Journey) => world.slots.get('web-b')?.desired;
  const size = (journey: Journey, step: number, world: Parameters<typeof sizeGreen>[1] = journey.world) =>
    sizeGreen({ ...journey.owned, step }, world);

  test('starts with what the first step needs, and gives each step its tasks before its traffic', async () => {
    const journey = await big('deployed', 8, spec);
    const first = greenOf(journey);
    const further = await big('stepPassed', 8, spec);
    const answer = await size(further, 1);

    expect(first).toBe(1);
    expect(answer).toEqual({ outcome: 'waiting', waitSeconds: 1 });
    expect(greenOf(further)).toBe(4);
    expect(await size(further, 1)).toMatchObject({ outcome: 'sized' });
    expect(await told(further, 'GreenSized')).toEqual(['Green gets 4 tasks for step 2; blue has 8.']);
  });

  test('goes by what blue has by now', async () => {
    const journey = await big('stepPassed', 8, spec);
    blueHas(10)(journey.world);
    await size(journey, 1);

    expect(greenOf(journey)).toBe(5);
  });

  test('waits until every task is healthy, and rolls back after its time', async () => {
    const journey = await big('stepPassed', 8, spec);
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy: 3, unhealthy: 1, total: 4 }) },
    });
    const first = await size(journey, 1, sick);
    journey.world.time += 600_000;
    const last = await size(journey, 1, sick);
    journey.world.time += 1000;
    const late = await size(journey, 1, sick);

    expect([first, last, late].map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting', 'rollBack']);
    expect((await journey.stored()).state.reason).toBe(
      'Green was not ready for 50 % within 600 s: 3 of 4 targets healthy.',
    );
  });

  test('a blue that keeps growing does not make green wait for ever', async () => {
    const journey = await big('stepPassed', 2, spec);
    const sick = altered(journey.world, {
      router: { targetHealth: () => Promise.resolve({ healthy: 0, unhealthy: 0, total: 0 }) },
    });
    const outcomes = [];
    for (let blue = 2; blue < 10; blue += 1) {
      blueHas(blue)(journey.world);
      outcomes.push((await size(journey, 1, sick)).outcome);
      journey.world.time += 100_000;
      if (outcomes.at(-1) === 'rollBack') break;
    }

    expect(outcomes.at(-1)).toBe('rollBack');
  });

  test('never takes away what green has', async () => {
    const journey = await big('stepPassed', 8, spec);
    const green = journey.world.slots.get('web-b');
    if (green !== undefined) green.desired = 7;

    expect(await size(journey, 1)).toMatchObject({ outcome: 'sized' });
    expect(greenOf(journey)).toBe(7);
  });

  test('goes back where somebody else deployed to the slot', async () => {
    const journey = await big('stepPassed', 8, spec);
    await journey.world.runtime.deploy({ cluster: 'main', service: 'web-b' }, 'web:other', 1);

    expect(await size(journey, 1)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toBe('Green could not be sized for 50 %: replaced');
  });

  test('is refused to whoever was taken over', async () => {
    const journey = await big('stepPassed', 8, spec);
    journey.world.store.claim(journey.rolloutId);

    await expect(size(journey, 1)).rejects.toThrow(StaleWrite);
    expect(greenOf(journey)).toBe(1);
  });
});

describe('a blue that ECS does not describe', () => {
  const undescribed = (journey: Journey) =>
    altered(journey.world, {
      runtime: {
        describe: (workload) =>
          workload.service === 'web-a' ? Promise.resolve(undefined) : journey.world.runtime.describe(workload),
      },
    });

  test('has not no task: nothing is pinned by it', async () => {
    const journey = await journeyTo('checked');

    await expect(pinCapacity(journey.owned, undescribed(journey))).rejects.toThrow('does not describe');
    expect(await journey.events('CapacityPinned')).toEqual([]);
    expect(settings(journey)['web-a']).toMatchObject({ min: 2 });
  });

  test('has not no task: green is not sized by it', async () => {
    const journey = await journeyTo('stepPassed');

    await expect(sizeGreen({ ...journey.owned, step: 1 }, undescribed(journey))).rejects.toThrow('does not describe');
  });
});
