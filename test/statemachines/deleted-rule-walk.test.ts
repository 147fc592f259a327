import { beforeEach, describe, expect, test } from '@jest/globals';
import { weightsOf } from '../../lib/drivers/rules/routing.ts';
import { modelArns, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { newestRollout, newestRolloutId } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import type { Before } from './plays.ts';
import { bad, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

const eventsOf = async () =>
  (await world.store.events((await newestRolloutId(world)) ?? '', 0)).map(({ event }) => event);

/** Rolls the bad version out; others delete the rule once a state is entered. */
function rolledOut(at: string, before: Before = () => undefined): Promise<unknown> {
  let isDeleted = false;
  return walk('rollout', bad, world, {
    before: (state, ...rest) => {
      if (state === at && !isDeleted) {
        isDeleted = true;
        world.actions.delete(modelArns.rule);
      }
      before(state, ...rest);
    },
  });
}

const ways: readonly (readonly [string, Before])[] = [
  ['by a function', () => undefined],
  [
    'by the machine, where no function plans',
    (state) => {
      if (state === 'PlanRestoration') throw new Error('Lambda is down');
    },
  ],
];
const moments = ['VerifyGreen', 'ShiftTraffic', 'AnalyseGreen', 'StartRollback', 'ConfirmRestored', 'VerifyBlue'];

describe('a rule that others delete in mid-rollout ends no rollback in attempts without end', () => {
  test.each(moments.flatMap((at) => ways.map(([way, before]) => ({ at, way, before }))))(
    'deleted at $at, restored $way',
    async ({ at, before }) => {
      await rolledOut(at, before);
      const events = await eventsOf();

      expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
      expect((await world.store.service('web')).lockedBy).toBeUndefined();
      expect(events.filter(({ type }) => type === 'RuleDeleted')).toEqual([
        { type: 'RuleDeleted', rules: [expect.stringContaining(`rule ${modelArns.rule}`)] },
      ]);
      expect(events.map(({ type }) => type)).not.toContain('TrafficNotRestored');
      expect(world.slots.get('web-b')).toMatchObject({ desired: 0 });
    },
  );
});

describe('beside a deleted rule', () => {
  test.each(ways)('the rules that are there lead to blue again, %s', async (_, before) => {
    world.actions.set(modelArns.listener, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);
    const traffic = [{ rule: modelArns.rule }, { listener: modelArns.listener }];
    await world.store.putSpec(modelSpec({ traffic }), 'a test', world.now().toISOString());
    await rolledOut('AnalyseGreen', before);

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(await eventsOf()).toContainEqual({ type: 'TrafficRestored', rules: 1 });
    expect(weightsOf(world.actions.get(modelArns.listener) ?? [])[modelArns.groupB] ?? 0).toBe(0);
    expect(world.slots.get('web-b')).toMatchObject({ desired: 0 });
  });

  test('green keeps running where another rule of the listener leads to it, and people are told which', async () => {
    const arn = `${modelArns.rule.slice(0, -4)}9999`;
    const actions = [{ Type: 'forward', TargetGroupArn: modelArns.groupB }];
    const replaced = { arn, isDefault: false, priority: 10, conditions: [], actions };
    world.router.rulesOf = () => Promise.resolve(world.actions.has(modelArns.rule) ? [] : [replaced]);
    await rolledOut('AnalyseGreen');

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(await eventsOf()).toContainEqual({
      type: 'RuleDeleted',
      rules: [
        `rule ${modelArns.rule} was deleted; ${arn} of its listener sends requests to green, which keeps running`,
      ],
    });
    expect((await eventsOf()).filter(({ type }) => type === 'RuleDeleted')).toHaveLength(1);
    expect(world.slots.get('web-b')?.desired).toBeGreaterThan(0);
  });

  test('a load balancer that cannot be asked deletes nothing: traffic is restored once it answers', async () => {
    const find = world.router.find.bind(world.router);
    let refused = 0;
    await walk('rollout', bad, world, {
      before: (state) => {
        if (state === 'StartRollback') {
          world.router.find = () => {
            refused += 1;
            return Promise.reject(new Error('the balancer does not answer'));
          };
        }
        if (state === 'ConfirmRestored') world.router.find = find;
      },
    });

    expect(refused).toBeGreaterThan(0);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect((await eventsOf()).map(({ type }) => type)).not.toContain('RuleDeleted');
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });
});
