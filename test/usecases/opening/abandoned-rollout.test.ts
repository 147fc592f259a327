import { describe, expect, test } from '@jest/globals';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey, journeyTo, openInput, rollbackTo } from '../journey.ts';

const { executionArn } = openInput();

/** Another version is asked for while a rollout holds the lock, two minutes after that was opened. */
const push = ({ world }: Journey, request: object = { service: 'web', image: goodImage }) => {
  world.time += 120_000;
  return openRollout({ ...openInput(), request, executionArn: `${executionArn}-other` }, world);
};

describe('a lock whose rollout nobody works for any more', () => {
  test('has that rollout rolled back by whoever comes upon it', async () => {
    const journey = await journeyTo('shifted');

    expect(await push(journey)).toEqual({
      outcome: 'rejected',
      reason: `Service web is busy with rollout ${journey.rolloutId}, which had lost its execution and is being rolled back now; wait until it ends, then start this one again.`,
    });
    expect(journey.world.startedRollbacks).toEqual([
      {
        name: `${journey.rolloutId}-rb-1`,
        input: {
          rolloutId: journey.rolloutId,
          by: 'the guard',
          reason: 'Nobody works for it any more: its execution has ended, and no rollback runs.',
          ifPassed: 'finish',
        },
      },
    ]);
  });

  test('lets who may wait wait for that', async () => {
    const journey = await journeyTo('opened');
    await journey.world.store.putSpec(modelSpec({ onBusy: 'queue' }), 'a test', journey.world.now().toISOString());
    journey.world.addImage('414-0ddba11', `sha256:${'d'.repeat(64)}`);

    expect(await push(journey, { service: 'web', image: '414-0ddba11' })).toMatchObject({ outcome: 'queued' });
    expect(journey.world.startedRollbacks).toHaveLength(1);
  });

  test('because its rollback was stopped half-way is met by the next attempt, once', async () => {
    const journey = await rollbackTo('claimed');
    await journey.world.rollbacks.start(`${journey.rolloutId}-rb-1`, {});
    journey.world.running.clear();
    await push(journey);
    await push(journey);

    expect(journey.world.startedRollbacks.map(({ name }) => name.slice(-5))).toEqual(['-rb-1', '-rb-2']);
  });
});

describe('a lock is left alone', () => {
  test.each([
    ['its execution runs', () => journeyTo('shifted'), executionArn],
    ['its rollback runs', () => rollbackTo('claimed'), 'a rollback'],
    ['an attempt under way has claimed nothing yet', () => journeyTo('shifted'), 'rb-1'],
  ])('where %s', async (_, at, running) => {
    const journey = await at();
    if (running === 'rb-1') await journey.world.rollbacks.start(`${journey.rolloutId}-rb-1`, {});
    else journey.world.running.add(running);
    const before = journey.world.startedRollbacks.length;

    expect(await push(journey)).toMatchObject({
      reason: expect.stringContaining(`busy with rollout ${journey.rolloutId}; wait`),
    });
    expect(journey.world.startedRollbacks).toHaveLength(before);
  });

  test('in its first minute, in which its execution may not be known everywhere', async () => {
    const journey = await journeyTo('opened');
    journey.world.time -= 110_000;
    await push(journey);

    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('where Step Functions cannot be asked', async () => {
    const journey = await journeyTo('shifted');
    journey.world.rollbacks.isRunning = () => Promise.reject(new Error('throttled'));

    await expect(push(journey)).rejects.toThrow('throttled');
    expect(journey.world.startedRollbacks).toEqual([]);
  });
});
