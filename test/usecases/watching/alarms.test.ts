import { describe, expect, test } from '@jest/globals';
import { watchAlarms } from '../../../lib/usecases/watching/watch-alarms.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo, type Stage } from '../journey.ts';
import { alarmEvent, useCases } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

const alarm = 'shop-orders';
const spec = modelSpec({ alarms: [alarm] });

function tell({ world }: Pick<Journey, 'world'>, isRinging: boolean): void {
  world.alarmStates.set(alarm, { name: alarm, isRinging, reason: 'Threshold Crossed' });
}

/** Everything before the stage was quiet. */
async function at(stage: Stage, isRinging = false): Promise<Journey> {
  const quiet = (world: Journey['world']) => {
    tell({ world }, false);
  };
  const journey = await journeyTo(stage, { spec, prepare: quiet });
  tell(journey, isRinging);
  return journey;
}

describe('an alarm that goes off', () => {
  test.each<Stage>(['deployed', 'verified', 'shifted', 'finishing'])(
    'rolls back a rollout that is %s',
    async (stage) => {
      const journey = await at(stage);

      const { rollbacks } = await watchAlarms(alarmEvent(alarm), journey.world);

      expect(rollbacks).toEqual([{ rolloutId: journey.rolloutId, outcome: 'started' }]);
      expect(journey.world.startedRollbacks).toEqual([
        {
          name: `${journey.rolloutId}-rb-1`,
          input: {
            rolloutId: journey.rolloutId,
            by: 'an alarm',
            reason: `CloudWatch alarm ${alarm} is in ALARM: Threshold Crossed`,
          },
        },
      ]);
    },
  );

  test('twice joins the rollback that runs', async () => {
    const journey = await at('shifted');
    await watchAlarms(alarmEvent(alarm), journey.world);

    expect(await watchAlarms(alarmEvent(alarm), journey.world)).toMatchObject({ rollbacks: [{ outcome: 'joined' }] });
    expect(journey.world.startedRollbacks).toHaveLength(1);
  });

  test.each([
    ['is named by nobody', alarmEvent('other')],
    ['went off before the rollout was opened', alarmEvent(alarm, '2026-03-01T09:59:59Z')],
    ['is quiet again', alarmEvent(alarm, undefined, 'OK')],
  ])('concerns no rollout where it %s', async (_, event) => {
    const journey = await at('shifted');

    expect(await watchAlarms(event, journey.world)).toEqual({ rollbacks: [] });
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('rejects nothing that has not begun: the looks decide then', async () => {
    expect(await watchAlarms(alarmEvent(alarm), (await at('opened')).world)).toEqual({ rollbacks: [] });
  });

  test('does not stop who goes back to a former version', async () => {
    const journey = await at('shifted');
    const opened = (await journey.stored()).state;
    const load = async () => ({ ...(await journey.stored()), state: { ...opened, rollback } });
    const rollback = { to: 'version', reason: 'checkout fails' } as const;
    const { store } = journey.world;
    const world = {
      rollbacks: journey.world.rollbacks,
      store: new Proxy(store, {
        get: (target, key) => {
          if (key === 'load') return load;
          const method: unknown = Reflect.get(target, key, target);
          return typeof method === 'function' ? (method.bind(target) as unknown) : method;
        },
      }),
    };

    expect(await watchAlarms(alarmEvent(alarm), world)).toEqual({ rollbacks: [] });
  });
});

describe('a look', () => {
  test('of the bake sees an alarm whose event was lost', async () => {
    const journey = await at('shifted', true);

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state).toMatchObject({
      phase: 'rollingBack',
      failedGate: 'alarms',
      reason: expect.stringContaining(`CloudWatch alarm ${alarm} is in ALARM`),
    });
  });

  test('lets a step pass while the alarm is quiet', async () => {
    const journey = await at('shifted', false);
    journey.world.time += 60_000;

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed' });
  });

  test.each([
    ['there is no such alarm', () => Promise.resolve([]), 'CloudWatch has no alarm shop-orders'],
    ['it cannot be read', () => Promise.reject(new Error('throttled')), 'the alarms could not be read: throttled'],
  ])('passes no step where %s', async (_, read, reason) => {
    const journey = await at('shifted');
    journey.world.time += 60_000;
    const world = altered(journey.world, { alarms: { read } });

    expect(await useCases.analyseGreen(journey, world)).toMatchObject({ outcome: 'keepBaking' });
    const events = await journey.world.store.events(journey.rolloutId, 0);
    expect(events.at(-1)?.event).toMatchObject({ type: 'BakeHeld', reason: expect.stringContaining(reason) });
  });
});

describe('a shift', () => {
  test('waits for an alarm that rings before green has traffic, and goes on when it is quiet', async () => {
    const journey = await at('routed', true);

    expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'held' });
    expect((await journey.stored()).state.weight).toBe(0);
    tell(journey, false);
    expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'shifted' });
  });

  test('gives green no more where an alarm rings', async () => {
    const journey = await at('stepPassed', true);

    expect(await useCases.shiftTrafficAgain(journey, journey.world)).toEqual({ outcome: 'rollBack' });
  });

  test('asks CloudWatch for nothing where the spec names no alarm', async () => {
    const journey = await journeyTo('routed', { image: goodImage });
    const world = altered(journey.world, { alarms: { read: () => Promise.reject(new Error('not asked')) } });

    expect(await useCases.shiftTraffic(journey, world)).toMatchObject({ outcome: 'shifted' });
  });
});
