import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import { walk } from '../model/walk.ts';

const free = { scaleIn: false, scaleOut: false, scheduled: false };
const parked = { min: 0, max: 10, suspended: { scaleIn: true, scaleOut: true, scheduled: true } };

let world: ModelWorld;

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage('412-9f8d111', digestOf('b'));
  world.addImage('413-b4dc0de', digestOf('c'), 0.3);
  world.autoscaling.set('web-a', { min: 2, max: 10, suspended: free });
  world.autoscaling.set('web-b', { min: 2, max: 10, suspended: free });
  const blue = world.slots.get('web-a');
  if (blue !== undefined) blue.desired = 8;
  const spec = modelSpec({ capacity: { headroom: 1, minimum: 1 } });
  await world.store.putSpec(spec, 'a test', world.now().toISOString());
});

/** What Application Auto Scaling would do: to each slot the tasks that its share of the traffic needs, where it may. */
function scaleByLoad(): void {
  const weights = world.weights();
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  for (const [service, group] of [
    ['web-a', modelArns.groupA],
    ['web-b', modelArns.groupB],
  ] as const) {
    const slot = world.slots.get(service);
    const settings = world.autoscaling.get(service);
    if (slot === undefined || settings === undefined || slot.desired === 0) continue;
    const wanted = Math.min(
      settings.max,
      Math.max(settings.min, Math.ceil((8 * (weights[group] ?? 0)) / Math.max(1, total))),
    );
    if (wanted < slot.desired && !settings.suspended.scaleIn) slot.desired = wanted;
    if (wanted > slot.desired && !settings.suspended.scaleOut) slot.desired = wanted;
  }
}

interface Seen {
  readonly state: string;
  readonly blue: number;
  readonly green: number;
  readonly weight: number;
}

/** Walks a rollout while both slots are scaled by their load, and writes down what they had at each state. */
async function walkScaled(image: string): Promise<{ readonly seen: readonly Seen[]; readonly end: unknown }> {
  const seen: Seen[] = [];
  const before = (state: string) => {
    scaleByLoad();
    seen.push({
      state,
      blue: world.slots.get('web-a')?.desired ?? 0,
      green: world.slots.get('web-b')?.desired ?? 0,
      weight: world.weights()[modelArns.groupB] ?? 0,
    });
  };
  const { end } = await walk('rollout', { service: 'web', image }, world, { before });
  return { seen, end };
}

const scalingOf = (service: string): Autoscaling | undefined => world.autoscaling.get(service);

describe('a rollout of a service that scales by its load', () => {
  test('keeps blue whole to the end and gives green what each step needs, before its traffic', async () => {
    const { seen, end } = await walkScaled('412-9f8d111');
    const sizes = seen.filter(({ state }) => state === 'ShiftTraffic').map(({ green }) => green);

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(new Set(seen.map(({ blue }) => blue))).toEqual(new Set([8]));
    expect(sizes).toEqual([1, 4, 8]);
    expect(seen.filter(({ green, weight }) => green < Math.ceil((8 * weight) / 100))).toEqual([]);
    expect([scalingOf('web-a'), scalingOf('web-b')]).toEqual([parked, { min: 2, max: 10, suspended: free }]);
  });

  test('without the pin blue would have been shrunk: the model does scale', () => {
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);
    scaleByLoad();

    expect(world.slots.get('web-a')?.desired).toBe(2);
  });

  test('a rollback leaves blue as it was, and green without a task', async () => {
    const { seen, end } = await walkScaled('413-b4dc0de');
    scaleByLoad();

    expect(end).toMatchObject({ error: 'RolledBack' });
    expect(new Set(seen.map(({ blue }) => blue))).toEqual(new Set([8]));
    expect([scalingOf('web-a'), scalingOf('web-b')]).toEqual([{ min: 2, max: 10, suspended: free }, parked]);
    expect(world.slots.get('web-b')?.desired).toBe(0);
  });

  test.each(['PinCapacity', 'SizeGreen', 'FinishRollout'])(
    'whose %s cannot be done leaves the autoscaling as it was',
    async (failing) => {
      const before = (state: string) => {
        if (state === failing) throw new Error('Application Auto Scaling is down');
      };
      const { end } = await walk('rollout', { service: 'web', image: '412-9f8d111' }, world, { before });

      expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('is down') });
      expect(scalingOf('web-a')).toEqual({ min: 2, max: 10, suspended: free });
    },
  );

  test('where green does not scale, or by something else, is refused at the pre-checks and changes nothing', async () => {
    world.autoscaling.delete('web-b');
    const { end } = await walk('rollout', { service: 'web', image: '412-9f8d111' }, world);

    expect(end).toMatchObject({
      error: 'Rejected',
      cause:
        'autoscaling: saw blue web-a scales by ALBRequestCountPerTarget, green web-b does not; expected green to be a scalable target with the same scaling policies and scheduled actions as blue, or blue not to scale by itself',
    });
    expect(scalingOf('web-a')).toEqual({ min: 2, max: 10, suspended: free });
  });
});

describe('the retirement of a slot that scales by its load', () => {
  test('keeps everything, then one task, then none, whatever its minimum was', async () => {
    await walkScaled('412-9f8d111');
    const [summary] = await world.store.list('web', 1);
    const counts: (number | undefined)[] = [];
    const before = () => {
      scaleByLoad();
      counts.push(world.slots.get('web-a')?.desired);
    };
    const input = { service: 'web', rolloutId: summary?.rolloutId ?? '', keepFullSeconds: 1, keepOneSeconds: 1 };
    await walk('retirement', input, world, { before });
    scaleByLoad();

    expect([...new Set(counts)]).toEqual([8, 1, 0]);
    expect(world.slots.get('web-a')?.desired).toBe(0);
  });
});
