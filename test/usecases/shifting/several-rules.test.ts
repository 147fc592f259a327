import { describe, expect, test } from '@jest/globals';
import { StaleWrite } from '../../../lib/ports/rollout-store.ts';
import { pairOfRouting } from '../../../lib/drivers/rules/pairs.ts';
import { withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { knownPeriods } from '../../../lib/usecases/shifting/rollout-periods.ts';
import { runPreCheck } from '../../../lib/usecases/checks/run-pre-check.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { twoBalancers } from '../../model/two-balancers.ts';
import { walk } from '../../model/walk.ts';
import { goodImage, type Journey, journeyTo, type Stage } from '../journey.ts';
import { altered } from '../watched-world.ts';

const { a1, b1, a2, b2, rule, listener, internal, spec, prepare, route, greenWeights } = twoBalancers;

/** A rollout of a service with two pairs of target groups, on its way. */
const to = (stage: Stage) => journeyTo(stage, { spec, prepare, route });
const shift = (journey: Journey, step: number, world: Parameters<typeof shiftTraffic>[1] = journey.world) =>
  shiftTraffic({ ...journey.owned, step }, world);

/** Writes to a rule fail so many times, from the first one on. */
function failing(journey: Journey, arn: string, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return altered(journey.world, {
    router: {
      write: (kind, written, actions) => {
        if (written === arn && (left -= 1) >= 0) return Promise.reject(new Error('Rate exceeded'));
        return journey.world.router.write(kind, written, actions);
      },
    },
  });
}

describe('a service behind two load balancers', () => {
  test('is shifted on every rule and default action, each by its own pair', async () => {
    const journey = await to('shifted');
    const { actions } = journey.world;

    expect(await greenWeights(journey.world)).toEqual([10, 10, 10]);
    expect(actions.get(internal)).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: a2, Weight: 90 },
            { TargetGroupArn: b2, Weight: 10 },
          ],
        },
      },
    ]);
    expect(actions.get(rule)?.[0]).toEqual({
      Type: 'authenticate-oidc',
      Order: 1,
      AuthenticateOidcConfig: { ClientId: 'web', UseExistingClientSecret: true },
    });
    expect(actions.get(listener)?.[0]).toMatchObject({
      ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } },
    });
  });

  test('has header routes to the right target group, and none beside what authenticates', async () => {
    const journey = await to('routed');

    expect([...journey.world.headerRoutes.values()].map(({ targetGroup }) => targetGroup)).toEqual([b1, b2]);
  });

  test('is ready when its targets are healthy in every group', async () => {
    const journey = await to('deployed');
    const half = altered(journey.world, {
      router: {
        targetHealth: (group) => Promise.resolve({ healthy: group === b2 ? 1 : 2, unhealthy: 0, total: 2 }),
      },
    });

    expect(await checkGreen(journey.owned, half)).toMatchObject({ outcome: 'waiting' });
    expect(await checkGreen(journey.owned, journey.world)).toMatchObject({ outcome: 'ready' });
  });

  test('is judged by the requests of both', async () => {
    const journey = await to('shifted');
    journey.world.time += 4000;
    const { state } = await journey.stored();
    const rows = await knownPeriods(state, ['requests', 'healthyHosts'], journey.world.now(), journey.world.metrics);

    // 10 % of 200 requests a second through each of the two load balancers.
    expect(rows.periods.at(-1)?.green).toMatchObject({ requests: 40, healthyHosts: 2 });
  });

  test('is refused at the pre-checks where an ECS service lacks one of its target groups', async () => {
    const journey = await to('opened');
    journey.world.groups.delete(b2);

    expect(await runPreCheck({ ...journey.owned, check: 'slots' }, journey.world)).toMatchObject({
      passed: false,
      saw: expect.stringContaining(`not with ${b2}`),
    });
  });
});

describe('a rule that cannot be written', () => {
  test.each([
    ['the second', listener],
    ['the last', internal],
  ])('%s: those before it go back at once, and nothing is recorded', async (_, arn) => {
    const journey = await to('stepPassed');
    const shifting = shift(journey, 1, failing(journey, arn, 1));

    await expect(shifting).rejects.toThrow(`${arn} could not be given 50 % for green: Rate exceeded`);
    expect(await greenWeights(journey.world)).toEqual([10, 10, 10]);
    expect((await journey.stored()).state).toMatchObject({ phase: 'shifting', weight: 10 });
    expect(await shift(journey, 1)).toMatchObject({ outcome: 'shifted', weight: 50 });
    expect(await greenWeights(journey.world)).toEqual([50, 50, 50]);
  });

  test('because calls are throttled is not written once more to put it back', async () => {
    const journey = await to('stepPassed');
    const written: string[] = [];
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const world = altered(journey.world, {
      router: {
        write: (kind, arn, actions) => {
          written.push(arn);
          return arn === listener ? Promise.reject(throttled) : journey.world.router.write(kind, arn, actions);
        },
      },
    });

    // The machine waits longer for a step forward by the name that Lambda tells it.
    await expect(shift(journey, 1, world)).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: expect.stringContaining('Rate exceeded'),
    });
    expect(written).toEqual([rule, listener, rule]);
  });

  test('was the only one that is missing: the others are not written again', async () => {
    const journey = await to('stepPassed');
    const { world } = journey;
    for (const routing of await world.router.read(spec.traffic.slice(0, 2))) {
      const { blue, green } = pairOfRouting((await journey.stored()).state, routing);
      await world.router.write(routing.kind, routing.arn, withGreenWeight(routing.actions, { blue, green }, 50));
    }
    const written: string[] = [];
    const counting = altered(world, {
      router: {
        write: (kind, arn, actions) => {
          written.push(arn);
          return world.router.write(kind, arn, actions);
        },
      },
    });

    expect(await shift(journey, 1, counting)).toMatchObject({ outcome: 'shifted', weight: 50 });
    expect(written).toEqual([internal]);
  });

  test('as its answer was lost, while another call of the same state made the shift, takes nothing back', async () => {
    const journey = await to('stepPassed');
    let isFirst = true;
    const overtaken = altered(journey.world, {
      router: {
        write: async (kind, written, actions) => {
          await journey.world.router.write(kind, written, actions);
          if (!isFirst) return;
          isFirst = false;
          await shift(journey, 1);
          throw new Error('no answer');
        },
      },
    });

    await expect(shift(journey, 1, overtaken)).rejects.toThrow('no answer (the others were put back)');
    expect((await journey.stored()).state).toMatchObject({ weight: 50 });
    expect(await greenWeights(journey.world)).toEqual([50, 50, 50]);
    expect(await shift(journey, 1)).toMatchObject({ outcome: 'shifted', weight: 50 });
  });

  test('says what it could not put back either', async () => {
    const journey = await to('stepPassed');

    await expect(shift(journey, 1, failing(journey, listener))).rejects.toThrow(`not put back: ${listener}`);
    expect(await greenWeights(journey.world)).toEqual([10, 10, 10]);
  });

  test('after a call that died half way, all go back to what the record says', async () => {
    const journey = await to('stepPassed');
    const [routing] = await journey.world.router.read([{ rule }]);
    await shift(journey, 1, failing(journey, internal)).catch(() => undefined);
    await journey.world.router.write(
      'rule',
      rule,
      withGreenWeight(routing?.actions ?? [], { blue: a1, green: b1 }, 50),
    );

    await expect(shift(journey, 1, failing(journey, listener, 1))).rejects.toThrow('could not be given 50 %');
    expect(routing?.weights[b1]).toBe(10);
    expect(await greenWeights(journey.world)).toEqual([10, 10, 10]);
  });

  test('puts nothing back for somebody who took the rollout over meanwhile', async () => {
    const journey = await to('stepPassed');
    const world = altered(journey.world, {
      router: {
        write: (kind, arn, actions) => {
          if (arn !== listener) return journey.world.router.write(kind, arn, actions);
          journey.world.store.claim(journey.rolloutId);
          return Promise.reject(new Error('Rate exceeded'));
        },
      },
    });

    await expect(shift(journey, 1, world)).rejects.toThrow(StaleWrite);
  });

  test('for good: the whole rollout goes back, every rule to what it was, word for word', async () => {
    const journey = await to('applied');
    const { world } = journey;
    const before = structuredClone([...world.actions]);
    const write = world.router.write.bind(world.router);
    let refuses = true;
    Object.assign(world.router, {
      write: (...[kind, arn, actions]: Parameters<typeof write>) =>
        arn === listener && refuses ? Promise.reject(new Error('Rate exceeded')) : write(kind, arn, actions),
    });
    const { end } = await walk('rollout', { service: 'web', image: goodImage }, world, {
      before: (state) => {
        if (state === 'StartRollback') refuses = false;
      },
    });

    expect(end).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringContaining(`${listener} could not be given`),
    });
    expect([...world.actions]).toEqual(before);
  });
});
