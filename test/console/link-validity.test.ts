import { describe, expect, test } from '@jest/globals';
import { commandNeeds, commandRollout } from '../../lib/usecases/people/command-rollout.ts';
import { shiftTraffic } from '../../lib/usecases/shifting/shift-traffic.ts';
import { modelSpec } from '../model/model-world.ts';
import { people } from '../usecases/journey.ts';
import { wordsIn } from './link-desk.ts';
import { abort, approve, asked, baking, stateOf } from './link-journeys.ts';

describe('issuing', () => {
  test('the same link twice gives the same token: one a person and decision', async () => {
    const { desk } = await asked();
    expect(await desk.issue('Ana')).toBe(await desk.issue('Ana'));
    expect(await desk.issue('Ben')).not.toBe(await desk.issue('Ana'));
    expect(desk.links.kept.size).toBe(2);
  });

  test('two rollouts, two steps and two points have different tokens', async () => {
    const { journey, desk } = await baking(modelSpec({ approvals: { people, required: [] } }));
    const tokens = [await desk.issue('Ana'), await desk.issue('Ana', 'hold-0'), await desk.issue('Ana', 'control-1')];
    await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
    tokens.push(await desk.issue('Ana'));
    expect(new Set(tokens).size).toBe(4);
  });
});

describe('a link is void', () => {
  test('once it has expired', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    journey.world.time += 24 * 3600_000;

    expect(wordsIn((await desk.get(token)).body)).toContain('This link has expired');
    expect((await desk.post(token, approve)).status).toBe(409);
    expect((await stateOf(journey)).approval?.given).toEqual([]);
  });

  test('once the rollout is at another step', async () => {
    const { journey, desk } = await baking();
    const token = await desk.issue('Ana');
    await journey.append({ type: 'StepPassed', step: 0, weight: 10 });
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);

    expect(wordsIn((await desk.get(token)).body)).toContain('It was for step 1, and the rollout is at step 2.');
    expect((await desk.post(token, abort)).status).toBe(409);
    expect(journey.world.startedRollbacks).toEqual([]);
  });

  test('once somebody has told the rollout something else', async () => {
    const { journey, desk } = await baking();
    const token = await desk.issue('Ana');
    const cli = { by: 'on-call', how: 'command' } as const;
    for (const command of ['pause', 'resume'] as const) {
      await commandRollout(journey.rolloutId, command, cli, commandNeeds(journey.world));
    }
    expect((await desk.post(token, { action: 'promote' })).status).toBe(409);
    expect((await stateOf(journey)).promotion).toBeUndefined();
  });

  test('once the rollout has ended', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    await journey.append({ type: 'RolloutRejected', reason: 'Not approved within 24h', results: [] });

    expect(wordsIn((await desk.get(token)).body)).toContain('The rollout has ended: it was rejected.');
    expect((await desk.post(token, approve)).status).toBe(409);
  });

  test('once another rollout of the service has begun', async () => {
    const { journey, desk } = await asked();
    const token = await desk.issue('Ana');
    const store = journey.world.store;
    Object.assign(store, { service: () => Promise.resolve({ lockedBy: 'web-newer', retention: undefined }) });

    expect(wordsIn((await desk.get(token)).body)).toContain('A newer rollout of web has begun: web-newer.');
    expect((await desk.post(token, approve)).status).toBe(409);
  });
});
