import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { startRollback } from '../../../lib/usecases/rollback/start-rollback.ts';
import { watchExecution } from '../../../lib/usecases/watching/watch-execution.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { type Journey, journeyTo, openInput, rollbackTo, type Stage } from '../journey.ts';
import { ended, useCases } from '../use-cases.ts';
import { rb, rollbackEnded } from './ended-rollback.ts';

const rollout = openInput().executionArn;

const stopped = ({ world }: Journey, executionArn = rollout) =>
  watchExecution({ detail: ended('rollout', executionArn) }, world);

describe('a rollout whose execution ended too early', () => {
  test.each(['opened', 'checked', 'deployed', 'ready', 'verified', 'routed', 'shifted', 'shiftedTwice'] as Stage[])(
    'after %s is rolled back, with the reason',
    async (stage) => {
      const journey = await journeyTo(stage);

      expect(await stopped(journey)).toEqual({ outcome: 'started', rolloutId: journey.rolloutId });
      expect(journey.world.startedRollbacks).toEqual([
        {
          name: `${journey.rolloutId}-rb-1`,
          input: {
            rolloutId: journey.rolloutId,
            by: 'the guard',
            reason: "The rollout's execution ended ABORTED without having handed over",
            ifPassed: 'finish',
          },
        },
      ]);
    },
  );

  test('says what the execution failed with', async () => {
    const journey = await journeyTo('shifted');
    const detail = { ...ended('rollout', rollout), error: 'States.Runtime', cause: 'no such path' };
    await watchExecution({ detail }, journey.world);

    expect(journey.world.startedRollbacks[0]?.input).toMatchObject({
      reason: expect.stringContaining('States.Runtime: no such path'),
    });
  });

  test('after it asked for a rollback that never began is rolled back, too', async () => {
    const journey = await rollbackTo('requested');

    expect(await stopped(journey)).toMatchObject({ outcome: 'started' });
  });

  test('because its rollback stopped it is left to that rollback', async () => {
    const journey = await rollbackTo('claimed');
    journey.world.running.add('a rollback');

    expect(await stopped(journey)).toEqual({ outcome: 'joined', rolloutId: journey.rolloutId });
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('is rolled back once, however often and by whomever it is told', async () => {
    const journey = await journeyTo('shifted');
    await stopped(journey);
    const request = { rolloutId: journey.rolloutId, by: 'on-call', reason: 'x'.repeat(5000) };

    expect(await stopped(journey)).toMatchObject({ outcome: 'joined' });
    expect(await startRollback(request, journey.world)).toEqual({ outcome: 'joined', execution: rb(journey, 1) });
    expect(journey.world.startedRollbacks).toHaveLength(1);
  });

  test.each(['finished'] as Stage[])('after %s gets its retirement started', async (stage) => {
    const journey = await journeyTo(stage);

    expect(await stopped(journey)).toMatchObject({ outcome: 'retirementStarted' });
    expect(journey.world.startedRetirements).toEqual([
      {
        name: `${journey.rolloutId}-retire`,
        input: { service: 'web', rolloutId: journey.rolloutId, keepFullSeconds: 3600, keepOneSeconds: 82_800 },
      },
    ]);
  });

  test('gets its retirement started, too, where its last function outlived it and finishes between two looks', async () => {
    const journey = await journeyTo('finishing');
    const { store } = journey.world;
    const load = store.load.bind(store);
    let looks = 0;
    store.load = async (rolloutId) => {
      looks += 1;
      if (looks === 2) await useCases.finishRollout(journey, journey.world);
      return load(rolloutId);
    };

    expect(await stopped(journey)).toEqual({
      outcome: 'retirementStarted',
      rolloutId: journey.rolloutId,
    });
    expect(journey.world.startedRetirements.map(({ name }) => name)).toEqual([`${journey.rolloutId}-retire`]);
    expect(journey.world.startedRollbacks).toEqual([]);
  });
});

describe('an execution that is nothing to it', () => {
  test.each([
    ['opened no rollout: another one runs', rollout.replace('execution-1', 'execution-2'), undefined],
    ['was started with nothing', rollout, null],
    ['was started with no JSON', rollout, '{"service": '],
    ['was started with something else', rollout, '["web"]'],
    ['names no service', rollout, '{"service": 7}'],
    ['names a service that nobody has', rollout, '{"service": "shop"}'],
  ])('%s', async (_, executionArn, input) => {
    const journey = await journeyTo('shifted');
    const detail = { ...ended('rollout', executionArn), ...(input !== undefined && { input }) };

    expect(await watchExecution({ detail }, journey.world)).toEqual({ outcome: 'ignored' });
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('ended after its rollback had ended', async () => {
    const journey = await rollbackTo('confirmed');
    await useCases.closeRollback(journey, journey.world);

    expect(await stopped(journey)).toEqual({ outcome: 'ignored' });
    expect(await rollbackEnded(journey, rb(journey, 1))).toEqual({ outcome: 'ignored' });
  });
});

describe('a rollback that did not come to its end', () => {
  const failing = async () => {
    const journey = await rollbackTo('requested');
    await stopped(journey);
    return journey;
  };

  test('is tried again under the next name, and told once', async () => {
    const journey = await failing();
    const says = { status: 'FAILED' as const, error: 'RestoreFailed', cause: 'Traffic could not be put back' };
    await rollbackEnded(journey, rb(journey, 1), says);
    await rollbackEnded(journey, rb(journey, 1), says);

    expect(journey.world.startedRollbacks.map(({ name }) => name.slice(-5))).toEqual(['-rb-1', '-rb-2']);
    expect(await journey.events('RollbackAttemptFailed')).toEqual([
      expect.objectContaining({
        execution: `${journey.rolloutId}-rb-1`,
        status: 'FAILED',
        reason: 'RestoreFailed: Traffic could not be put back.',
        next: 'Another attempt is under way.',
      }),
    ]);
  });

  describe('five times', () => {
    const failedFiveTimes = async () => {
      const journey = await failing();
      for (const attempt of [1, 2, 3, 4, 5]) await rollbackEnded(journey, rb(journey, attempt));
      return journey;
    };
    const turns = ({ world }: Journey) => world.startedRollbacks.filter(({ name }) => name.includes('-turn-'));
    const turnArn = ({ name }: { readonly name: string }) => modelExecutionArn('rollback', name);

    test('is tried again at the next full two minutes, and says so', async () => {
      const journey = await failedFiveTimes();
      const [turn, ...others] = turns(journey);
      const begins = z.object({ notBefore: z.iso.datetime() }).parse(turn?.input).notBefore;
      const inSeconds = (Date.parse(begins) - journey.world.now().getTime()) / 1000;

      expect(others).toEqual([]);
      expect(Date.parse(begins) % 120_000).toBe(0);
      expect(inSeconds).toBeGreaterThan(0);
      expect(inSeconds).toBeLessThanOrEqual(120);
      expect(turn?.input).toMatchObject({ rolloutId: journey.rolloutId, by: 'the guard', ifPassed: 'finish' });
      expect((await journey.events('RollbackAttemptFailed')).at(-1)).toMatchObject({
        next: `The next attempt begins at ${begins}, and so on until one succeeds. To try at once, run: sluice rollback web`,
      });
    });

    test('has one attempt a turn, however many executions ended, and however often that is told', async () => {
      const journey = await failedFiveTimes();
      await rollbackEnded(journey, rb(journey, 5));
      await rollbackEnded(journey, modelExecutionArn('rollback', 'by-the-scheduler'));

      expect(turns(journey)).toHaveLength(1);
    });

    test('and at its turn as well, waits for the next one', async () => {
      const journey = await failedFiveTimes();
      for (let hours = 0; hours < 3; hours += 1) {
        journey.world.time += 3_600_000;
        const last = turns(journey).at(-1) ?? { name: '' };
        expect(await rollbackEnded(journey, turnArn(last), { input: null })).toMatchObject({ outcome: 'awaitsTurn' });
      }

      expect(new Set(turns(journey).map(({ name }) => name)).size).toBe(4);
    });

    test('takes the turn after, where its next one was stopped while it waited', async () => {
      const journey = await failedFiveTimes();
      const [turn = { name: '' }] = turns(journey);
      await rollbackEnded(journey, turnArn(turn), { status: 'ABORTED' });

      expect(turns(journey)).toHaveLength(2);
      expect(Number(turns(journey)[1]?.name.split('-').at(-1))).toBe(Number(turn.name.split('-').at(-1)) + 1);
    });

    test('with every turn that is near stopped fails, so that its event is kept', async () => {
      const journey = await failedFiveTimes();
      for (let stop = 1; stop < 5; stop += 1) {
        await rollbackEnded(journey, turnArn(turns(journey).at(-1) ?? { name: '' }), { status: 'ABORTED' });
      }
      const last = turnArn(turns(journey).at(-1) ?? { name: '' });

      await expect(rollbackEnded(journey, last, { status: 'ABORTED' })).rejects.toThrow(
        `Start the rollback machine with {"rolloutId": "${journey.rolloutId}"}.`,
      );
    });

    test('can be tried by a person, who waits for no turn', async () => {
      const journey = await failedFiveTimes();
      const request = { rolloutId: journey.rolloutId, by: 'on-call', reason: 'again' };

      expect(await startRollback(request, journey.world)).toMatchObject({ outcome: 'started' });
      expect(journey.world.startedRollbacks.at(-1)?.name).toMatch(/-rb-6$/);
    });
  });

  test('is known by its name where its input was too long to be told', async () => {
    const journey = await failing();

    expect(await rollbackEnded(journey, rb(journey, 1), { input: null })).toMatchObject({ outcome: 'started' });
  });

  test('whose event meets an owner in the middle of a write takes nothing from it', async () => {
    const journey = await rollbackTo('claimed');
    const before = await journey.stored();
    await rollbackEnded(journey, rb(journey, 1));

    await expect(
      journey.world.store.append(before, [{ type: 'GreenRemoved' }], journey.world.now().toISOString()),
    ).rejects.toMatchObject({ name: 'ConcurrentWrite' });
  });
});
