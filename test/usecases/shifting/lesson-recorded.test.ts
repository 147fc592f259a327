import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../../../lib/analysis/lesson.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { goodImage, type Journey, journeyTo, openInput } from '../journey.ts';

const lesson: Lesson = { gates: [{ gate: 'latency-p95', coldMinutes: 0 }] };

/** Opens the next rollout of a service that has had so many healthy ones. */
async function openedAfter(rollouts: number): Promise<RolloutState> {
  const past = await journeyTo('opened');
  const stored = await past.stored();
  const journey = await journeyTo('applied');
  const ids = Array.from({ length: rollouts }, (_, index) => `web-past-${index}`);
  const { store } = journey.world;
  const load = store.load.bind(store);
  store.list = () =>
    Promise.resolve(
      ids.map((rolloutId) => ({ rolloutId, phase: 'succeeded', image: 'x', openedAt: '2026-02-01T10:00:00Z' })),
    );
  store.load = (id) =>
    ids.includes(id)
      ? Promise.resolve({ ...stored, state: { ...stored.state, rolloutId: id, phase: 'succeeded', lesson } })
      : load(id);
  const output = await openRollout(openInput(), journey.world);
  if (output.outcome !== 'opened') throw new Error(JSON.stringify(output));
  const opened = await store.load(output.rolloutId);
  if (opened === undefined) throw new Error('it is not in the record');
  return opened.state;
}

describe('what a rollout teaches', () => {
  test('is recorded once it has succeeded by its gates', async () => {
    const journey = await journeyTo('shifted');
    await analyseGreen({ ...journey.owned, step: 0 }, journey.world);
    await end(journey);

    expect((await journey.stored()).state.lesson).toMatchObject({
      gates: [{ gate: 'error-rate', exponents: expect.any(Array) }, { gate: 'latency-p95' }],
    });
  });

  test('is nothing where a person promoted a step', async () => {
    const journey = await journeyTo('shifted');
    await journey.append({ type: 'StepPromoted', step: 0, full: false, by: 'Ana', how: 'verified' });
    await end(journey);

    const { state } = await journey.stored();
    expect(state).toMatchObject({ phase: 'succeeded' });
    expect(state.lesson).toBeUndefined();
  });
});

/** Takes a rollout of three steps from its first one to its end. */
async function end(journey: Journey): Promise<void> {
  await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
  await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
  await journey.append({ type: 'StepPassed', step: 1, weight: 50 });
  await shiftTraffic({ ...journey.owned, step: 2 }, journey.world);
  await journey.append({ type: 'StepPassed', step: 2, weight: 100 });
  await finishRollout(journey.owned, journey.world);
}

describe('what the next rollout learns', () => {
  test('is recorded when it opens', async () => {
    expect(await openedAfter(6)).toMatchObject({
      image: { tag: goodImage },
      learned: { rollouts: 6, gates: [{ gate: 'latency-p95', coldMinutes: 0 }] },
    });
    expect((await openedAfter(0)).learned).toBeUndefined();
  });
});
