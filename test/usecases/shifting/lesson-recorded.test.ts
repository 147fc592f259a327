import { describe, expect, test } from '@jest/globals';
import type { Lesson } from '../../../lib/analysis/lesson.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { finishRollout } from '../../../lib/usecases/shifting/finish-rollout.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { goodImage, type Journey, journeyTo, openInput } from '../journey.ts';

const lesson: Lesson = { minuteSeconds: 1, gates: [{ gate: 'latency-p95', coldMinutes: 0 }] };

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

describe('a rollout that people let on', () => {
  const why = (learned: number) =>
    `clients stay on one side, so the slots differ by their clients, and fewer than 5 healthy rollouts say by how much (${learned} so far)`;
  const until = '2026-03-01T12:00:00.000Z';

  /** People promote its first step after a look that held for a reason. */
  async function letOn(reason: string, sticky?: number, gate = 'error-rate') {
    const journey = await journeyTo('shifted', sticky === undefined ? {} : { sticky });
    const slot = (requests: number) => ({ requests, errors: requests / 100, latencyP95: 0.2 });
    const datapoints = Array.from({ length: 20 }, (_, at) => ({ at, weight: 10, blue: slot(900), green: slot(100) }));
    const judgement = {
      gate,
      outcome: 'hold',
      requests: 400,
      pass: 0.01,
      abort: 0.05,
      reason,
      afterHold: 'ask',
    } as const;
    await journey.append(
      { type: 'GreenAnalysed', step: 0, verdict: 'hold', reason, secondsLeft: 0, datapoints, gates: [judgement] },
      { type: 'DecisionRequested', step: 0, reason, asked: ['Ana'], until },
      { type: 'StepPromoted', step: 0, full: false, by: 'Ana', how: 'verified' },
    );
    await end(journey);
    const { state } = await journey.stored();
    expect(state).toMatchObject({ phase: 'succeeded' });
    return state.lesson;
  }

  test('as too few lessons were there teaches how much the slots differed, and nothing else', async () => {
    const taught = await letOn(`green 2 %, blue 1 %; but ${why(0)}`, 3600);

    expect(taught?.minuteSeconds).toBe(1);
    expect(taught?.gates.length).toBeGreaterThan(0);
    expect(taught?.gates.flatMap((gate) => Object.keys(gate))).toEqual(
      taught?.gates.flatMap(() => ['gate', 'difference']),
    );
  });

  test('for another reason teaches nothing', async () => {
    expect(await letOn('green had only 4 requests in this step', 3600)).toBeUndefined();
    expect(await letOn(`green 2 %; but ${why(0)}`)).toBeUndefined();
  });
});

describe('a rollout whose events cannot be read', () => {
  test('ends without a lesson', async () => {
    const journey = await journeyTo('shifted');
    await analyseGreen({ ...journey.owned, step: 0 }, journey.world);
    journey.world.store.events = () => Promise.reject(new Error('it has an event of schema 9'));
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

  test('is nothing for a rollback, which waits for no earlier record', async () => {
    const journey = await journeyTo('finished');
    journey.world.store.list = () => Promise.reject(new Error('no earlier rollout is to be read'));
    journey.world.time += 1000;
    const rollback = { to: 'kept', reason: 'slow' };
    const output = await openRollout({ ...openInput(), request: { service: 'web', rollback } }, journey.world);

    expect(output).toMatchObject({ outcome: 'opened' });
  });
});
