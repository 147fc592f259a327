import { describe, expect, test } from '@jest/globals';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { shownPoint } from '../../lib/usecases/people/shown-point.ts';
import { abort, approve, asked, baking, stateOf } from './link-journeys.ts';
import { wordsIn } from './link-desk.ts';

/** A rollout at its first step, with Ana's link that commands all of it. */
async function commanded() {
  const { journey, desk } = await baking();
  const token = await desk.issue('Ana', 'control');
  const shown = async () => shownPoint(await stateOf(journey));
  const post = async (action: string, point?: string) =>
    (await desk.post(token, { action, point: point ?? (await shown()) })).status;
  const nextStep = async () => {
    await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
  };
  return { journey, desk, token, shown, post, nextStep };
}

describe('a link that commands the whole rollout', () => {
  test('is the same at each step, and works at each', async () => {
    const { journey, desk, token, post, nextStep } = await commanded();
    expect(await post('pause')).toBe(303);
    expect(wordsIn((await desk.get(token)).body)).toContain('Paused by Ana (by personal link)');
    expect(await post('resume')).toBe(303);
    await nextStep();

    expect(await desk.issue('Ana', 'control')).toBe(token);
    expect(wordsIn((await desk.get(token)).body)).toContain('This link is yours alone, works at each step');
    expect(await post('promote')).toBe(303);
    expect((await stateOf(journey)).promotion).toMatchObject({ step: 1, by: 'Ana' });
  });

  test('lets traffic in only at the point that its page showed, and once there', async () => {
    const { journey, post, shown, nextStep } = await commanded();
    const first = await shown();
    expect(await post('promote', first)).toBe(303);
    expect(await post('promote', first)).toBe(409);
    await nextStep();
    expect(await post('promote', first)).toBe(409);
    expect((await stateOf(journey)).promotion).toBeUndefined();
  });

  test('without the point of its page stops and lets nothing in', async () => {
    const { journey, desk, token } = await commanded();
    expect((await desk.post(token, { action: 'promote' })).status).toBe(409);
    expect((await desk.post(token, abort)).status).toBe(303);
    expect(journey.world.startedRollbacks).toMatchObject([{ input: { by: 'Ana' } }]);
    expect(wordsIn((await desk.get(token)).body)).toContain('You have decided');
    expect((await desk.post(token, abort)).status).toBe(409);
  });

  test('sends with its page the point that it shows', async () => {
    const { desk, token, shown } = await commanded();
    expect((await desk.get(token)).body).toContain(`name="point" value="${await shown()}"`);
  });

  test('answers a question for which the rollout is held, by the same rules', async () => {
    const { journey, desk, token, post } = await commanded();
    const until = new Date(journey.world.time + 3600_000).toISOString();
    await journey.append({ type: 'DecisionRequested', step: 0, reason: 'too few', asked: ['Ana'], until });

    expect(wordsIn((await desk.get(token)).body)).toContain('cannot be judged: go on or roll back?');
    expect(await post('pause')).toBe(409);
    expect(await post('promote')).toBe(303);
  });

  test('approves nothing', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana', 'control');
    expect(wordsIn((await desk.get(token)).body)).toContain('It takes no command now.');
    expect((await desk.post(token, { ...approve, point: 'approval.-1' })).status).toBe(409);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
  });

  test('is void once the rollout has ended or its longest time is over', async () => {
    const ended = await commanded();
    await ended.journey.append({ type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' });
    expect(wordsIn((await ended.desk.get(ended.token)).body)).toContain('It takes no command now.');

    const late = await commanded();
    late.journey.world.time += 30 * 24 * 3600_000;
    expect(wordsIn((await late.desk.get(late.token)).body)).toContain('This link has expired');
    expect((await late.desk.post(late.token, abort)).status).toBe(409);
  });
});
