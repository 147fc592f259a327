import { beforeEach, describe, expect, test } from '@jest/globals';
import { watchExecution } from '../../../lib/usecases/watching/watch-execution.ts';
import { watchTraffic } from '../../../lib/usecases/rollback/watch-traffic.ts';
import { weightsOf, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { modelArns } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { ended } from '../use-cases.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('finished');
});

const check = () => watchTraffic({ rolloutId: journey.rolloutId }, journey.world);
const given = async () => (await journey.transitions()).filter((type) => type === 'TrafficGivenBack');

/** The rule as a rollback without the table leaves it. */
function setRule(actions = journey.world.actions.get(modelArns.rule) ?? [], green = 0): void {
  journey.world.actions.set(
    modelArns.rule,
    withGreenWeight(actions, { blue: modelArns.groupA, green: modelArns.groupB }, green),
  );
}

describe('traffic of a rollout that has succeeded', () => {
  test('is given back to green where the rule leads to the former blue, once', async () => {
    setRule();

    expect(await check()).toMatchObject({ outcome: 'givenBack' });
    expect(journey.world.weights()).toEqual({ [modelArns.groupA]: 0, [modelArns.groupB]: 100 });
    expect(await check()).toEqual({ outcome: 'over' });
    expect(await given()).toEqual(['TrafficGivenBack']);
  });

  test('is given back with a login that others added', async () => {
    const login = { Type: 'authenticate-oidc', Order: 1 };
    setRule([login, { Type: 'forward', Order: 2, TargetGroupArn: modelArns.groupA }]);
    await check();

    expect(journey.world.actions.get(modelArns.rule)?.[0]).toEqual(login);
    expect(weightsOf(journey.world.actions.get(modelArns.rule) ?? [])[modelArns.groupB]).toBe(100);
  });

  test.each([
    ['is split, by somebody else', 30],
    ['is green’s already', 100],
  ])('is left alone where it %s', async (_, weight) => {
    setRule(undefined, weight);
    const before = journey.world.weights();

    expect(await check()).toEqual({ outcome: 'over' });
    expect(journey.world.weights()).toEqual(before);
  });

  test('is left alone where the rule leads to other target groups', async () => {
    const elsewhere = [{ Type: 'forward', TargetGroupArn: `${modelArns.groupA}c` }];
    journey.world.actions.set(modelArns.rule, elsewhere);

    expect(await check()).toEqual({ outcome: 'over' });
    expect(journey.world.actions.get(modelArns.rule)).toBe(elsewhere);
  });

  test('is left alone where green has no healthy target', async () => {
    setRule();
    journey.world.router.targetHealth = () => Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 });

    expect(await check()).toEqual({ outcome: 'over' });
    expect(await given()).toEqual([]);
  });

  test('gets the group stickiness back that the rollback switched off', async () => {
    journey = await journeyTo('finished', { sticky: 60 });
    setRule([{ Type: 'forward', Order: 1, TargetGroupArn: modelArns.groupA }]);
    await check();

    expect(JSON.stringify(journey.world.actions.get(modelArns.rule))).toContain('"DurationSeconds":60');
  });
});

describe('an attempt to roll back that ends after the rollout has succeeded', () => {
  test('is followed by others, as it may have moved traffic without the table; five at most', async () => {
    const { world, rolloutId } = journey;
    const outcomes: string[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const arn = modelExecutionArn('rollback', `${rolloutId}-rb-${String(attempt)}`);
      outcomes.push((await watchExecution({ detail: ended('rollback', arn, { rolloutId }) }, world)).outcome);
      world.running.clear();
    }

    expect(outcomes).toEqual(['started', 'started', 'started', 'started', 'started', 'ignored']);
    expect(world.startedRollbacks.at(0)?.input).toMatchObject({ rolloutId, ifPassed: 'finish' });
  });
});
