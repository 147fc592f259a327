import { describe, expect, test } from '@jest/globals';
import { modelSpec } from '../../model/model-world.ts';
import { command } from '../commanded.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';

const timeouts = { interference: '60s' };

/** A rollout whose first step has passed; what speaks against the second one comes afterwards. */
async function firstStepPassed(): Promise<Journey> {
  const journey = await journeyTo('shifted', { spec: modelSpec({ timeouts }) });
  journey.world.time += 6000;
  expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed', step: 1 });
  return journey;
}

/** Green fails 3 requests of 160: more than its limit, and too few to be sure of it. Returns what ends that. */
function turnDoubtful({ world }: Journey): () => void {
  world.time += 2000;
  const read = world.metrics.read.bind(world.metrics);
  world.metrics.read = async (query) =>
    (await read(query)).map((row, index, { length }) =>
      index === length - 1 ? { ...row, green: { ...row.green, errors: 3 } } : row,
    );
  return () => {
    world.metrics.read = read;
  };
}

const asked = (journey: Journey) => useCases.analyseGreen(journey, journey.world);

describe('gates that hold after their step has passed', () => {
  test('keep the rollout from the next step until they pass, and people are notified once', async () => {
    const journey = await firstStepPassed();
    const getWell = turnDoubtful(journey);
    const first = await asked(journey);
    const second = await asked(journey);

    expect([first, second]).toEqual([
      expect.objectContaining({ outcome: 'keepBaking', verdict: 'hold', step: 1, waitSeconds: 1 }),
      expect.objectContaining({ outcome: 'keepBaking', verdict: 'hold', step: 1 }),
    ]);
    expect(await journey.events('ShiftHeld')).toEqual([expect.objectContaining({ step: 1 })]);
    expect((await journey.stored()).state.weight).toBe(10);

    getWell();
    expect(await asked(journey)).toMatchObject({ outcome: 'stepPassed', step: 1 });
  });

  test('roll it back at the moment that people were told', async () => {
    const journey = await firstStepPassed();
    journey.world.metrics.read = () => Promise.reject(new Error('CloudWatch does not answer'));
    await asked(journey);
    journey.world.time += 59_000;
    expect(await asked(journey)).toMatchObject({ outcome: 'keepBaking' });
    journey.world.time += 2000;

    expect(await asked(journey)).toMatchObject({ outcome: 'rollBack' });
    const { phase, reason } = (await journey.stored()).state;
    expect(phase).toBe('rollingBack');
    expect(reason).toContain('CloudWatch does not answer');
  });

  test('hold a paused rollout without a cap, also in the moment in which it is resumed', async () => {
    const journey = await firstStepPassed();
    await command(journey, 'pause');
    journey.world.metrics.read = () => Promise.reject(new Error('CloudWatch does not answer'));
    for (const seconds of [1, 600, 3600]) {
      journey.world.time += seconds * 1000;
      expect(await asked(journey)).toMatchObject({ outcome: 'keepBaking', verdict: 'hold' });
    }
    expect(await journey.events('ShiftHeld')).toEqual([]);
    await command(journey, 'resume');

    expect(await asked(journey)).toMatchObject({ outcome: 'keepBaking', verdict: 'hold' });
    expect(await journey.events('ShiftHeld')).toHaveLength(1);
  });

  test('keep nothing from the next step where a person has ended the step', async () => {
    const journey = await journeyTo('shifted', { spec: modelSpec({ timeouts }) });
    await command(journey, 'promote');
    journey.world.time += 1000;
    expect(await asked(journey)).toMatchObject({ outcome: 'stepPassed' });
    turnDoubtful(journey);

    expect(await asked(journey)).toMatchObject({ outcome: 'stepPassed', step: 1 });
  });
});
