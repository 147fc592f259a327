import { describe, expect, test } from '@jest/globals';
import { longestSeconds } from '../../../lib/rollout/guard.ts';
import { settleRollouts } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { type Journey, journeyTo, openInput, rollbackTo, type Stage, withApprovals } from '../journey.ts';
import { watched } from '../watched-world.ts';

const { executionArn } = openInput();

/** A sweep so many seconds later, when everything is announced. */
async function sweepAfter(seconds: number, { world, rolloutId }: Journey) {
  await publishTransitions({ rolloutId }, world);
  world.time += seconds * 1000;
  return settleRollouts(world);
}
const asked = ({ world }: Journey) => world.startedRollbacks.map(({ name, input }) => ({ name, input }));

describe('an active rollout that an outage has left without an execution', () => {
  test.each(['opened', 'checked', 'deployed', 'routed', 'shifted'] as Stage[])(
    'after %s is rolled back, or finished where everything had passed',
    async (stage) => {
      const journey = await journeyTo(stage);

      expect(await sweepAfter(120, journey)).toMatchObject([{ revived: 'started', settled: false }]);
      expect(asked(journey)).toEqual([
        {
          name: `${journey.rolloutId}-rb-1`,
          input: {
            rolloutId: journey.rolloutId,
            by: 'the guard',
            reason: 'No execution works for it any more, and no rollback runs.',
            ifPassed: 'finish',
          },
        },
      ]);
    },
  );

  test('is rolled back once, however often the sweep comes', async () => {
    const journey = await journeyTo('shifted');
    await sweepAfter(120, journey);

    expect(await sweepAfter(300, journey)).toMatchObject([{ revived: 'joined' }]);
    expect(asked(journey)).toHaveLength(1);
  });

  test('gets one attempt a turn where several have failed at once, without an end', async () => {
    const journey = await rollbackTo('claimed');
    for (let turn = 0; turn < 60; turn += 1) {
      journey.world.running.clear();
      await sweepAfter(300, journey);
    }
    const names = asked(journey).map(({ name }) => name.replace(journey.rolloutId, ''));

    expect(names.slice(0, 5)).toEqual(['-rb-1', '-rb-2', '-rb-3', '-rb-4', '-rb-5']);
    expect(names.slice(5)).toHaveLength(55);
    expect(names.slice(5).every((name) => name.startsWith('-turn-'))).toBe(true);
  });

  test('that its rollback has claimed is left to it', async () => {
    const journey = await rollbackTo('claimed');
    journey.world.running.add('a rollback');

    expect(await sweepAfter(120, journey)).toEqual([{ rolloutId: journey.rolloutId, settled: false }]);
    expect(asked(journey)).toEqual([]);
  });

  test('that was opened a moment ago is left alone: its execution may not be known yet', async () => {
    const journey = await journeyTo('opened');

    expect(await sweepAfter(5, journey)).toEqual([{ rolloutId: journey.rolloutId, settled: false }]);
  });
});

describe('an active rollout whose execution runs', () => {
  const running = async (stage: Stage, circumstances = {}) => {
    const journey = await journeyTo(stage, circumstances);
    journey.world.running.add(executionArn);
    return journey;
  };

  test('is left alone until its maximum time is over, and then rolled back', async () => {
    const journey = await running('shifted');
    const seconds = longestSeconds((await journey.stored()).state.spec, undefined);
    await sweepAfter(seconds, journey);
    expect(asked(journey)).toEqual([]);
    await sweepAfter(600, journey);

    expect(asked(journey)).toMatchObject([{ input: { reason: `The rollout has not ended within its ${seconds} s.` } }]);
  });

  test('and waits for approval is rejected where the schedule at the end of the wait never came', async () => {
    const journey = await running('checked', { spec: withApprovals({ within: '30m' }) });
    await journey.append({ type: 'ApprovalRequested', until: '2026-03-01T10:30:00.000Z', required: ['qa'], asked: [] });
    expect(await sweepAfter(1800, journey)).toEqual([{ rolloutId: journey.rolloutId, settled: false }]);

    expect(await sweepAfter(600, journey)).toMatchObject([{ revived: 'rejected' }]);
    expect((await journey.stored()).state.phase).toBe('rejected');
  });

  test('is looked after although nothing can be announced', async () => {
    const journey = await journeyTo('shifted');
    journey.world.time += 120_000;
    const announcer = { announce: () => Promise.reject(new Error('the topic is down')) };
    const world = { ...watched(journey.world).world, announcer };

    await expect(settleRollouts(world)).rejects.toThrow('the topic is down');
    expect(asked(journey)).toHaveLength(1);
  });
});
