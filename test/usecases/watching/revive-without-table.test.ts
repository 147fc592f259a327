import { describe, expect, test } from '@jest/globals';
import type { KnownExecution } from '../../../lib/ports/executions.ts';
import { reviveWithoutTable } from '../../../lib/usecases/watching/revive-without-table.ts';
import { settleRollouts } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { openInput, rollbackTo } from '../journey.ts';
import { altered } from '../watched-world.ts';
import { rb } from './ended-rollback.ts';

const rollout = openInput().executionArn;
const means = { executionArn: rollout, rules: [{ kind: 'rule', arn: 'r', blue: 'b', green: 'g' }] };

/** A rollback whose only attempt was started with this and has ended, and a table that does not answer. */
async function lost(input: object = { withoutTable: means }, known: Partial<KnownExecution> = {}) {
  const journey = await rollbackTo('requested');
  const { world, rolloutId } = journey;
  const first = rb(journey, 1);
  await world.rollbacks.start(`${rolloutId}-rb-1`, { rolloutId, reason: 'silence', ...input });
  world.running.delete(first);
  world.store.unsettled = () => Promise.reject(new Error('no answer within 4 s'));
  const { rollbacks: own } = world;
  const byRollout: KnownExecution = { executionArn: rollout, name: 'r', status: 'RUNNING', input: '{}' };
  const ends = new Map<string, Partial<KnownExecution>>([
    [first, known],
    [rollout, {}],
  ]);
  const rollbacks: typeof world.rollbacks = {
    ...own,
    describe: async (arn) => {
      const found = arn === rollout ? byRollout : await own.describe(arn);
      return found && { ...found, ...ends.get(arn) };
    },
  };
  const again = () => world.startedRollbacks.slice(1);
  return { journey, ends, again, world: altered(world, { rollbacks }) };
}

describe('the sweep, while the table does not answer', () => {
  test('makes an attempt that ended again, by what it was started with, and says so', async () => {
    const { journey, again, world } = await lost();
    const { rolloutId } = journey;

    await expect(settleRollouts(world)).rejects.toThrow(
      `no answer within 4 s; rolled back again without the table: ${rolloutId}`,
    );
    expect(again()).toEqual([
      {
        name: `${rolloutId}-rb-2`,
        input: { rolloutId, by: 'the guard', reason: 'silence', ifPassed: 'finish', withoutTable: means },
      },
    ]);
  });

  test('makes one that runs no second time', async () => {
    const { again, world } = await lost();
    await reviveWithoutTable(world);

    expect(await reviveWithoutTable(world)).toEqual([]);
    await expect(settleRollouts(world)).rejects.toThrow(/^no answer within 4 s$/);
    expect(again()).toHaveLength(1);
  });

  test('knows the rollout of an attempt that the scheduler named', async () => {
    const { journey, again, world } = await lost();
    await world.rollbacks.start('5f1c0e1a', { rolloutId: journey.rolloutId });

    expect(await reviveWithoutTable(world)).toEqual([]);
    journey.world.running.delete(modelExecutionArn('rollback', '5f1c0e1a'));
    expect(await reviveWithoutTable(world)).toEqual([journey.rolloutId]);
    expect(again().at(-1)?.input).toMatchObject({ withoutTable: means });
  });

  test.each<[string, object, Partial<KnownExecution>, Partial<KnownExecution>]>([
    ['that was started with the id alone', {}, {}, {}],
    ['that was started with something else', { withoutTable: { rules: 'all' } }, {}, {}],
    ['that a person has ended to close the rollback', { withoutTable: means }, { error: 'Closed' }, {}],
    ['whose input is no JSON', { withoutTable: means }, { input: 'none' }, {}],
    ['of a rollout that has succeeded', { withoutTable: means }, {}, { status: 'SUCCEEDED' }],
    ['of a rollout that was rolled back', { withoutTable: means }, {}, { status: 'FAILED', error: 'RolledBack' }],
    ['of a rollout that was taken over', { withoutTable: means }, {}, { status: 'ABORTED', error: 'TakenOver' }],
  ])('leaves one alone %s', async (_, input, known, ofRollout) => {
    const { again, ends, world } = await lost(input, known);
    ends.set(rollout, ofRollout);

    expect(await reviveWithoutTable(world)).toEqual([]);
    expect(again()).toEqual([]);
  });

  test('leaves one alone that ended more than a day ago', async () => {
    const { journey, again, world } = await lost();
    const stoppedAt = new Date(world.now().getTime() - 25 * 3_600_000);
    const newest: typeof world.rollbacks.newest = async (status) =>
      (await world.rollbacks.newest(status)).map((one) => ({ ...one, stoppedAt }));

    expect(await reviveWithoutTable(altered(journey.world, { rollbacks: { ...world.rollbacks, newest } }))).toEqual([]);
    expect(again()).toEqual([]);
  });
});
