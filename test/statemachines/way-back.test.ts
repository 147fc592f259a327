import { beforeEach, describe, expect, test } from '@jest/globals';
import { stickySecondsOf } from '../../lib/drivers/rules/routing.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';
import { stickyActions } from '../usecases/journey.ts';

const good = { service: 'web', image: '412-9f8d111' };
const bad = { service: 'web', image: '413-b4dc0de' };

let world: ModelWorld;

beforeEach(() => {
  world = new ModelWorld();
  world.addImage(good.image, digestOf('b'));
  world.addImage(bad.image, digestOf('c'), 0.3);
});

const apply = (rollback: Readonly<Record<string, unknown>>) =>
  world.store.putSpec(modelSpec({ rollback }), 'a test', world.now().toISOString());

const greens = () => world.changes.map(({ weights }) => weights[modelArns.groupB] ?? 0);

/** Rolls a good version back by hand at its second step, at 50 %. */
async function rolledBackByHand() {
  let isAsked = false;
  const pending: Promise<{ readonly states: readonly string[] }>[] = [];
  const before = (state: string) => {
    if (state !== 'AnalyseGreen' || isAsked || world.weights()[modelArns.groupB] !== 50) return;
    isAsked = true;
    pending.push(
      world.store.list('web', 1).then(([summary]) => {
        const input = { rolloutId: summary?.rolloutId, by: 'ada', reason: 'customers complain' };
        return walk('rollback', input, world, {}, 'rb-by-hand');
      }),
    );
  };
  await walk('rollout', good, world, { before });
  const [walked] = await Promise.all(pending);
  return walked?.states ?? [];
}

describe('a rollback in steps', () => {
  const stepped = { shape: 'stepped', stepped: { weights: [60, 30, 10], pause: '1s' } };

  test('takes the weights under the present one, then the rest', async () => {
    await apply(stepped);
    await rolledBackByHand();

    expect(greens().filter((weight, index, all) => weight !== all[index - 1])).toEqual([10, 50, 30, 10, 0]);
    expect(world.announcements.map(({ type }) => type)).toContain('TrafficSteppedBack');
  });

  test('never gives green more than it has: what somebody took from it stays taken', async () => {
    await apply(stepped);
    const find = world.router.find.bind(world.router);
    world.router.find = async (targets) => {
      const onBlue = [{ Type: 'forward', TargetGroupArn: modelArns.groupA }];
      if ((await world.store.list('web', 1))[0]?.phase === 'baking' && world.weights()[modelArns.groupB] === 50)
        world.actions.set(modelArns.rule, onBlue);
      return find(targets);
    };
    await rolledBackByHand();

    expect(greens()).not.toContain(30);
  });

  test('is instant by default', async () => {
    await apply({});
    await rolledBackByHand();

    expect(greens().filter((weight, index, all) => weight !== all[index - 1])).toEqual([10, 50, 0]);
  });

  test('is instant for a green that failed a gate', async () => {
    await apply({ shape: 'stepped', stepped: { weights: [5], pause: '1s' } });
    await walk('rollout', bad, world);

    expect(greens()).not.toContain(5);
    expect(world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('goes back at once where a step cannot be made', async () => {
    await apply(stepped);
    const write = world.router.write.bind(world.router);
    world.router.write = (kind, arn, actions) => {
      const weights = JSON.stringify(actions);
      return weights.includes('"Weight":30') ? Promise.reject(new Error('throttled')) : write(kind, arn, actions);
    };
    await rolledBackByHand();

    expect(greens().filter((weight, index, all) => weight !== all[index - 1])).toEqual([10, 50, 0]);
  });

  test('goes back at once where green has no healthy target any more', async () => {
    await apply(stepped);
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) =>
      group === modelArns.groupB && world.weights()[group] === 50
        ? Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 })
        : health(group);
    await rolledBackByHand();

    expect(greens().filter((weight, index, all) => weight !== all[index - 1])).toEqual([10, 50, 0]);
  });
});

describe('a rollback of sticky rules', () => {
  test('switches group stickiness off, keeps green until it has lapsed, and puts it back before green goes', async () => {
    await apply({});
    const plan = stickyActions(10);
    world.actions.set(modelArns.rule, plan);
    const seen: { state: string; sticky: number; green: number | undefined }[] = [];
    const before = (state: string) => {
      if (!['VerifyBlue', 'RestoreStickiness', 'RemoveGreen'].includes(state)) return;
      const sticky = stickySecondsOf(world.actions.get(modelArns.rule) ?? []);
      seen.push({ state, sticky, green: world.slots.get('web-b')?.desired });
    };

    await walk('rollout', bad, world, { before });

    const [summary] = await world.store.list('web', 1);
    expect(summary).toMatchObject({ phase: 'rolledBack' });
    expect(seen[0]).toMatchObject({ state: 'VerifyBlue', sticky: 0, green: 2 });
    expect(seen.filter(({ state }) => state === 'RestoreStickiness').length).toBeGreaterThan(1);
    expect(seen.at(-1)).toMatchObject({ state: 'RemoveGreen', sticky: 10 });
    expect(world.actions.get(modelArns.rule)).toEqual(plan);
    expect(world.announcements.map(({ type }) => type)).toContain('StickinessRestored');
  });

  test('a rollout of rules that are sticky for longer than the spec allows is refused', async () => {
    await apply({ longestStickiness: '9s' });
    world.actions.set(modelArns.rule, stickyActions(10));

    const { end } = await walk('rollout', good, world);

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining('stickiness of 10s') });
    expect(world.changes).toEqual([]);
  });
});
