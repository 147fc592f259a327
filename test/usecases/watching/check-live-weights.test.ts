import { beforeEach, describe, expect, test } from '@jest/globals';
import { weightsOf, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { checkLiveWeights, checkLiveWeightsInput } from '../../../lib/usecases/watching/check-live-weights.ts';
import { periodicCheck } from '../../../lib/usecases/watching/periodic-check.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelArns } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const { rule, groupA, groupB } = modelArns;
let journey: Journey;

/** A rollout has succeeded: slot b serves, and a is kept. */
beforeEach(async () => {
  journey = await journeyTo('finished');
  published = [];
});

/** Infrastructure code is applied: so many percent go to the former blue. */
function resetTo(share: number): void {
  const { actions } = journey.world;
  actions.set(rule, withGreenWeight(actions.get(rule) ?? [], { blue: groupB, green: groupA }, share));
}

/** A world in which target groups have so many healthy targets. */
function healthy(counts: Readonly<Record<string, number>>): World {
  const targetHealth = (group: string) => {
    const count = counts[group] ?? 0;
    return Promise.resolve({ healthy: count, unhealthy: 0, total: count });
  };
  return altered(journey.world, { router: { targetHealth } });
}

let published: string[];
const weightParameters = {
  publish: (service: string, slot: string) => {
    published.push(`${service} ${slot}`);
    return Promise.resolve();
  },
};

const check = (world: World = altered(journey.world, {})) =>
  checkLiveWeights(checkLiveWeightsInput.parse({}), { ...world, weightParameters });
const live = () => weightsOf(journey.world.actions.get(rule) ?? []);
const told = async () =>
  (await journey.transitions()).filter((type) => /^(WeightsChanged|UsersUnserved|WeightsAsRecorded)$/.test(type));

describe('weights outside a rollout', () => {
  test('that are as the record says are left alone, and nothing is said', async () => {
    expect(await check()).toEqual([{ service: 'web', outcome: 'asRecorded' }]);
    expect(await told()).toEqual([]);
    expect(published).toEqual(['web b']);
  });

  test('that lead to a version which still serves are announced once, and their end', async () => {
    const world = healthy({ [groupA]: 1, [groupB]: 2 });
    resetTo(100);

    expect(await check(world)).toEqual([{ service: 'web', outcome: 'changed' }]);
    expect(await check(world)).toEqual([{ service: 'web', outcome: 'changed' }]);
    expect(live()).toEqual({ [groupA]: 100, [groupB]: 0 });
    expect(await told()).toEqual(['WeightsChanged']);

    resetTo(40);
    await check(world);
    expect(await told()).toEqual(['WeightsChanged', 'WeightsChanged']);

    resetTo(0);
    await check(world);
    await check(world);
    expect(await told()).toEqual(['WeightsChanged', 'WeightsChanged', 'WeightsAsRecorded']);
  });

  test('that lead to nothing are put back on the slot that serves, and that is critical', async () => {
    const world = healthy({ [groupA]: 0, [groupB]: 2 });
    resetTo(100);

    expect(await check(world)).toEqual([{ service: 'web', outcome: 'restored' }]);
    expect(live()).toEqual({ [groupA]: 0, [groupB]: 100 });
    expect(published).toEqual(['web b']);
    await check(world);
    expect(await told()).toEqual(['UsersUnserved', 'WeightsAsRecorded']);

    resetTo(10);
    expect(await check(world)).toEqual([{ service: 'web', outcome: 'restored' }]);
    expect(await told()).toEqual(['UsersUnserved', 'WeightsAsRecorded', 'UsersUnserved']);
  });

  test('are not moved to a slot that cannot serve either', async () => {
    const world = healthy({});
    resetTo(100);

    expect(await check(world)).toEqual([{ service: 'web', outcome: 'unserved' }]);
    expect(await check(world)).toEqual([{ service: 'web', outcome: 'unserved' }]);
    expect(live()).toEqual({ [groupA]: 100, [groupB]: 0 });
    expect(await told()).toEqual(['UsersUnserved']);
  });

  test('that cannot be put back are announced all the same, once, and the check fails', async () => {
    resetTo(100);
    const { router } = healthy({ [groupB]: 2 });
    const world = altered(journey.world, {
      router: { targetHealth: (group) => router.targetHealth(group), write: () => Promise.reject(new Error('denied')) },
    });

    await expect(check(world)).rejects.toThrow('web: denied');
    await expect(check(world)).rejects.toThrow('web: denied');
    expect(await told()).toEqual(['UsersUnserved']);
  });

  test('belong to a rollout that is under way', async () => {
    journey = await journeyTo('shifted');
    const before = live();

    expect(await check(healthy({ [groupA]: 2 }))).toEqual([{ service: 'web', outcome: 'inRollout' }]);
    expect(before[groupB]).toBeGreaterThan(0);
    expect(live()).toEqual(before);
    expect(published).toEqual([]);
  });

  test('of a health that cannot be read are neither written nor called fine: the check fails', async () => {
    resetTo(100);
    const world = altered(journey.world, {
      router: { targetHealth: () => Promise.reject(new Error('Rate exceeded')) },
    });

    await expect(check(world)).rejects.toThrow('could not be checked of web: Rate exceeded');
    expect(live()).toEqual({ [groupA]: 100, [groupB]: 0 });
  });

  test('that lead to other target groups belong to something else: nothing is said, and not that all is well', async () => {
    const foreign = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/other/0123456789abcdef';
    journey.world.actions.set(rule, [{ Type: 'forward', TargetGroupArn: foreign }]);

    expect(await check()).toMatchObject([{ service: 'web', outcome: 'unclear' }]);
    expect(await told()).toEqual([]);
  });

  test('an event of CloudTrail leads to a check of every service', () => {
    expect(
      checkLiveWeightsInput.parse({ source: 'aws.elasticloadbalancing', detail: { eventName: 'ModifyRule' } }),
    ).toEqual({
      services: [],
      settle: false,
    });
  });
});

describe('the periodic check', () => {
  test('settles rollouts where the schedule asks for it, and checks the weights all the same where that fails', async () => {
    const world = { ...altered(journey.world, {}), weightParameters };
    journey.world.time += 120_000;

    const asked = await periodicCheck(checkLiveWeightsInput.parse({}), world);
    expect(asked).toEqual({
      ...{ rollouts: [], started: [], planned: [] },
      weights: [{ service: 'web', outcome: 'asRecorded' }],
    });
    const down = { announce: () => Promise.reject(new Error('the topic is down')) };
    const failed = periodicCheck(checkLiveWeightsInput.parse({ settle: true }), { ...world, announcer: down });
    await expect(failed).rejects.toThrow('the topic is down');
    expect(published).toEqual(['web b', 'web b']);

    const { rollouts } = await periodicCheck(checkLiveWeightsInput.parse({ settle: true }), world);
    expect(rollouts).toEqual([{ rolloutId: journey.rolloutId, settled: false, announced: expect.any(Number) }]);
  });
});
