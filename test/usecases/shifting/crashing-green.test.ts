import { describe, expect, test } from '@jest/globals';
import type { StoppedTask } from '../../../lib/drivers/stopped-tasks.ts';
import { crashingGreen, heedingExits } from '../../../lib/usecases/shifting/crashing-green.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

/** Tasks of one side that have stopped so many seconds ago. */
async function stop(
  journey: Journey,
  side: 'blue' | 'green',
  secondsAgo: readonly number[],
  changed: Partial<StoppedTask> = {},
): Promise<void> {
  const { state } = await journey.stored();
  const { world } = journey;
  const taskDefinition = side === 'green' ? (state.greenTaskDefinition ?? '') : state.blueTaskDefinition;
  world.stoppedOf[state.spec.slots[state[side]].service] = secondsAgo.map((ago, index) => ({
    task: `${side}-${String(index)}`,
    taskDefinition,
    stoppedAt: new Date(world.time - ago * 1000).toISOString(),
    reason: 'Essential container in task exited; app: exit code 137, OutOfMemoryError',
    endedByItself: true,
    ...changed,
  }));
}

/** Five minutes after the first shift. */
async function shifted(): Promise<Journey> {
  const journey = await journeyTo('shifted');
  journey.world.time += 300_000;
  return journey;
}

async function read(journey: Journey) {
  return crashingGreen((await journey.stored()).state, journey.world);
}

const often = [10, 40, 70, 100, 130, 160, 190, 220];

describe("green's tasks that ended", () => {
  test('by themselves, again and again, send traffic back, with how often and what ECS says', async () => {
    const journey = await shifted();
    await stop(journey, 'green', often);

    const reading = await read(journey);
    const { outcome, verdict, reason } = await analyseGreen({ ...journey.owned, step: 0 }, journey.world);

    expect(reading).toEqual({
      outcome: 'fail',
      reason:
        '8 tasks of green ended by themselves in 10 min, 0 of blue in an hour; ' +
        'the last one: Essential container in task exited; app: exit code 137, OutOfMemoryError',
    });
    expect({ outcome, verdict }).toEqual({ outcome: 'rollBack', verdict: 'fail' });
    expect(reason).toContain('8 tasks of green ended by themselves');
    expect((await journey.stored()).state).toMatchObject({ phase: 'rollingBack', failedGate: 'task-exits' });
  });

  test.each<[string, Partial<StoppedTask>]>([
    ['with their host, by a scaling or by a person', { endedByItself: false }],
    ['and ran another version', { taskDefinition: 'web:1' }],
    ['are not counted before they have stopped', { stoppedAt: undefined }],
    ['while green started', { stoppedAt: '2020-01-01T00:00:00.000Z' }],
  ])('%s say nothing', async (_, changed) => {
    const journey = await shifted();
    await stop(journey, 'green', often, changed);

    expect(await read(journey)).toEqual({ outcome: 'quiet' });
  });

  test('above half of the traffic hold the step and ask, as blue has less to do', async () => {
    const journey = await shifted();
    await stop(journey, 'green', often);
    const { state } = await journey.stored();

    const reading = await crashingGreen({ ...state, weight: 90 }, journey.world);

    expect(reading).toMatchObject({ outcome: 'hold', afterHold: 'ask' });
    expect(heedingExits({ verdict: 'pass', reason: '', gates: [] }, reading)).toMatchObject({
      ...{ verdict: 'hold', gate: 'task-exits', afterHold: 'ask' },
    });
  });

  test('while green was not verified yet say nothing, also where a minute later traffic came', async () => {
    const journey = await shifted();
    const { state } = await journey.stored();
    const verified = Date.parse(state.happened?.GreenVerified ?? '');
    await stop(
      journey,
      'green',
      [1, 60, 120].map((before) => (journey.world.time - verified) / 1000 + before),
    );

    expect(await read(journey)).toEqual({ outcome: 'quiet' });
  });

  test('beside as many of blue at the same time say nothing', async () => {
    const journey = await shifted();
    await stop(journey, 'green', often);
    await stop(journey, 'blue', often);

    expect(await read(journey)).toEqual({ outcome: 'quiet' });
  });

  test.each(['stoppedTasks', 'runtime'] as const)('hold the step where %s cannot be read', async (part) => {
    const journey = await shifted();
    await stop(journey, 'green', often);
    const failing = () => Promise.reject(new Error('Rate exceeded'));
    const world = {
      ...altered(journey.world, part === 'runtime' ? { runtime: { describe: failing } } : {}),
      ...(part === 'stoppedTasks' ? { stoppedTasks: { stoppedTasks: failing } } : {}),
    };

    expect(await crashingGreen((await journey.stored()).state, world)).toEqual({
      outcome: 'hold',
      reason: "whether green's tasks end by themselves cannot be read: Rate exceeded",
    });
  });
});
