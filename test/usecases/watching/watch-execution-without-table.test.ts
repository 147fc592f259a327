import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { openInput, rollbackTo } from '../journey.ts';
import { rb, rollbackEnded } from './ended-rollback.ts';

const rollout = openInput().executionArn;

describe('a rollback that ended while the table does not answer', () => {
  const means = { executionArn: rollout, rules: [{ kind: 'rule', arn: 'r', blue: 'b', green: 'g' }] };
  const lost = async () => {
    const journey = await rollbackTo('requested');
    journey.world.store.load = () => Promise.reject(new Error('no answer within 4 s'));
    const end = (input: object, says: object = {}) =>
      rollbackEnded(journey, rb(journey, 1), {
        input: JSON.stringify({ rolloutId: journey.rolloutId, reason: 'silence', ...input }),
        ...says,
      });
    return { journey, end };
  };

  test('is tried again by what it was started with', async () => {
    const { journey, end } = await lost();

    expect(await end({ withoutTable: means })).toEqual({ outcome: 'started', rolloutId: journey.rolloutId });
    expect(journey.world.startedRollbacks).toEqual([
      {
        name: `${journey.rolloutId}-rb-1`,
        input: {
          ...{ rolloutId: journey.rolloutId, by: 'the guard', reason: 'silence', ifPassed: 'finish' },
          withoutTable: means,
        },
      },
    ]);
  });

  test('is tried again at its turn where five attempts have ended', async () => {
    const { journey, end } = await lost();
    for (let times = 0; times < 6; times += 1) {
      journey.world.running.clear();
      await end({ withoutTable: means });
    }

    const [sixth] = journey.world.startedRollbacks.slice(5);
    expect(sixth?.name).toContain('-turn-');
    expect(sixth?.input).toMatchObject({ withoutTable: means });
    expect(z.object({ notBefore: z.iso.datetime() }).safeParse(sixth?.input).success).toBe(true);
  });

  test.each([
    ['that was started with the id alone', {}, {}],
    ['that was started with something else', { withoutTable: { rules: 'all' } }, {}],
    ['that a person has ended to close the rollback', { withoutTable: means }, { error: 'Closed' }],
  ])('waits for the table where it is one %s', async (_, input, says) => {
    const { journey, end } = await lost();

    await expect(end(input, says)).rejects.toThrow('no answer');
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('hands on what puts traffic back, where the table is lost later', async () => {
    const journey = await rollbackTo('requested');
    const input = JSON.stringify({ rolloutId: journey.rolloutId, withoutTable: means });
    await rollbackEnded(journey, rb(journey, 1), { input });

    expect(journey.world.startedRollbacks).toMatchObject([{ input: { withoutTable: means } }]);
  });
});
