import { describe, expect, test } from '@jest/globals';
import { closeAsItIs } from '../../../lib/usecases/rollback/close-as-it-is.ts';
import { settleRollouts } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { type Journey, rollbackTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const before = { min: 2, max: 6, suspended: { scaleIn: false, scaleOut: false, scheduled: false } };
const day = 24 * 3_600;

/** A rollback that a person closed while Application Auto Scaling refused every call. */
async function closedWithoutAccess(): Promise<Journey> {
  const journey = await rollbackTo('confirmed');
  await journey.append({ type: 'CloseRequested', by: 'ada', how: 'command', reason: 'blue serves', traffic: [] });
  await closeAsItIs(journey.owned, denied(journey));
  expect(journey.world.autoscaling.get('web-a')).toMatchObject({ suspended: { scaleIn: true, scheduled: true } });
  return journey;
}

const denied = ({ world }: Journey) =>
  altered(world, {
    capacity: {
      setAutoscaling: () => Promise.reject(new Error('AccessDenied')),
      autoscalingOf: () => Promise.reject(new Error('AccessDenied')),
    },
  });

async function sweptAfter(seconds: number, journey: Journey) {
  journey.world.time += seconds * 1000;
  const answers = await settleRollouts(journey.world);
  return answers.find(({ rolloutId }) => rolloutId === journey.rolloutId);
}

const recorded = async (journey: Journey) => (await journey.events('ScalingReleased')).map((event) => event);

describe('autoscaling that a closing could not put back', () => {
  test('is put back by the sweep once it can be, of both sides, and once', async () => {
    const journey = await closedWithoutAccess();
    const released = ['autoscaling of blue (web-a)', 'autoscaling of green (web-b)'];

    expect(await sweptAfter(300, journey)).toMatchObject({ released });
    expect(journey.world.autoscaling.get('web-a')).toEqual(before);
    expect(journey.world.autoscaling.get('web-b')).toMatchObject({ min: 0, suspended: { scaleOut: true } });
    expect(await recorded(journey)).toEqual([{ type: 'ScalingReleased', putBack: released }]);

    await sweptAfter(300, journey);
    expect(await recorded(journey)).toHaveLength(1);
  });

  test('stays on the list while access is lost', async () => {
    const journey = await closedWithoutAccess();
    journey.world.time += 300_000;

    await expect(settleRollouts(denied(journey))).rejects.toThrow('AccessDenied');
    expect(await sweptAfter(300, journey)).toHaveProperty('released');
  });

  test('is left alone where a person has set it by hand meanwhile', async () => {
    const journey = await closedWithoutAccess();
    const byHand = { ...before, min: 4 };
    journey.world.autoscaling.set('web-a', byHand);
    journey.world.autoscaling.set('web-b', byHand);
    await sweptAfter(300, journey);

    expect(journey.world.autoscaling.get('web-a')).toEqual(byHand);
    expect(journey.world.autoscaling.get('web-b')).toEqual(byHand);
    expect(await recorded(journey)).toEqual([{ type: 'ScalingReleased', putBack: [] }]);
  });

  test('is left to the person who closed it after a day', async () => {
    const journey = await closedWithoutAccess();
    await sweptAfter(day + 60, journey);

    expect(journey.world.autoscaling.get('web-a')).not.toEqual(before);
    expect(await recorded(journey)).toEqual([]);
  });
});
