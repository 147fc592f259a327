import { beforeEach, describe, expect, test } from '@jest/globals';
import { withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { watchTraffic } from '../../../lib/usecases/rollback/watch-traffic.ts';
import type { MetricQuestion } from '../../../lib/metrics/source.ts';
import type { World } from '../../../lib/ports/world.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { modelArns } from '../../model/model-world.ts';
import { type Journey, openInput, rollbackTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await rollbackTo('confirmed');
  await useCases.removeGreen(journey, journey.world);
  await useCases.closeRollback(journey, journey.world);
});

/** Somebody sends a share of the traffic to the version that was rolled back. */
function strayTo(share: number): void {
  const { actions } = journey.world;
  const { rule, groupA, groupB } = modelArns;
  actions.set(rule, withGreenWeight(actions.get(rule) ?? [], { blue: groupA, green: groupB }, share));
}

/** Another rollout. */
const later = {
  ...openInput(),
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:execution-2',
  startedAt: '2026-03-01T10:30:00.000Z',
};

const look = (world: World = journey.world) => watchTraffic({ rolloutId: journey.rolloutId }, world);
const pending = () => journey.world.schedules.pending().map(({ at }) => at.getTime() - journey.world.time);

describe('after a rollback', () => {
  test('one schedule is left, which looks at the weights a minute later', () => {
    expect(pending()).toHaveLength(1);
    expect(pending()[0]).toBeGreaterThanOrEqual(60_000);
    expect(pending()[0]).toBeLessThanOrEqual(61_000);
  });

  test('traffic that strays to green is put back, and everybody hears of it', async () => {
    strayTo(30);

    expect(await look()).toMatchObject({ outcome: 'restored' });
    expect(journey.world.weights()).toEqual({ [modelArns.groupA]: 100, [modelArns.groupB]: 0 });
    expect((await journey.transitions()).at(-1)).toBe('TrafficStrayed');
    // Green is drained by then, and who was notified hears that it is over.
    expect(await look()).toEqual({ outcome: 'confirmed' });
    expect((await journey.transitions()).slice(-2)).toEqual(['SideDrained', 'WeightsAsRecorded']);
    await look();
    strayTo(10);
    await look();
    await look();
    expect((await journey.transitions()).slice(-3)).toEqual([
      'WeightsAsRecorded',
      'TrafficStrayed',
      'WeightsAsRecorded',
    ]);
  });

  describe('CloudWatch is asked whether requests moved', () => {
    const told = async () => (await journey.transitions()).filter((type) => type.startsWith('Requests'));
    /** A world in which each slot got so many requests in each period. */
    const counting = (blue: number, green: number) => {
      const asked: MetricQuestion[] = [];
      const world = altered(journey.world, {
        metrics: {
          read: (question) => {
            asked.push(question);
            return Promise.resolve([{ at: question.from, blue: { requests: blue }, green: { requests: green } }]);
          },
        },
      });
      return { world, asked };
    };

    test('once, from a whole period after the restoration on, and everybody hears that they did', async () => {
      journey.world.time += 60_000;
      const { world, asked } = counting(500, 0);
      await look(world);
      await look(world);

      const { shifts, spec } = (await journey.stored()).state;
      const restored = Date.parse(shifts.at(-1)?.at ?? '') / 1000;
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({
        targetGroups: { blue: modelArns.groupA, green: modelArns.groupB },
        metrics: ['requests'],
      });
      expect(asked[0]?.from).toBeGreaterThanOrEqual(restored + spec.period);
      expect(asked[0]?.to).toBeLessThanOrEqual(journey.world.time / 1000 - spec.lag);
      expect(await told()).toEqual(['RequestsMoved']);
    });

    test('where green still gets some, it is critical', async () => {
      journey.world.time += 60_000;
      await look(counting(500, 3).world);

      expect(await told()).toEqual(['RequestsNotMoved']);
    });

    test('where it gets none any more later, that ends it', async () => {
      journey.world.time += 60_000;
      await look(counting(500, 3).world);
      journey.world.time += 60_000;
      await look(counting(500, 1).world);
      expect(await told()).toEqual(['RequestsNotMoved']);

      journey.world.time += 60_000;
      await look(counting(500, 0).world);
      await look(counting(500, 0).world);
      expect(await told()).toEqual(['RequestsNotMoved', 'RequestsMoved']);
    });

    test('where nothing has settled yet, or there were none at all, nothing is said', async () => {
      const early = counting(500, 0);
      await look(early.world);
      expect(early.asked).toEqual([]);

      journey.world.time += 60_000;
      await look(counting(0, 0).world);
      expect(await told()).toEqual([]);
    });

    test('what strayed and was put back is not told twice', async () => {
      journey.world.time += 60_000;
      strayTo(30);
      await look();
      await look(counting(500, 30).world);

      expect(await told()).toEqual([]);
    });
  });

  test('the weights are looked at for ten minutes, then no more', async () => {
    const { world } = journey;
    const closed = world.time;
    let looks = 0;
    for (let wait = pending()[0]; wait !== undefined; wait = pending()[0]) {
      world.time += wait;
      world.schedules.due(world.now());
      await look();
      looks += 1;
    }

    expect(looks).toBe(6);
    expect(world.time - closed).toBeGreaterThanOrEqual(600_000);
    expect(world.time - closed).toBeLessThanOrEqual(602_000);
    world.time = closed + 901_000;
    strayTo(30);
    expect(await look()).toEqual({ outcome: 'over' });
    expect(world.weights()).toMatchObject({ [modelArns.groupB]: 30 });
  });

  test('a newer rollout has the rules to itself', async () => {
    const opened = await openRollout(later, journey.world);
    strayTo(30);

    expect(opened.outcome).toBe('opened');
    expect(await look()).toEqual({ outcome: 'over' });
    expect(journey.world.weights()).toMatchObject({ [modelArns.groupB]: 30 });
  });

  test('one that opens right before the write keeps them, too', async () => {
    const { world } = journey;
    strayTo(30);
    let reads = 0;
    const find: typeof world.router.find = async (targets) => {
      reads += 1;
      const routings = await world.router.find(targets);
      if (reads === 2) {
        strayTo(0);
        await openRollout(later, world);
      }
      return routings;
    };

    const changes = world.changes.length;
    expect(await look(altered(world, { router: { find } }))).toEqual({ outcome: 'over' });
    expect(world.changes).toHaveLength(changes);
  });

  test('a rule that somebody leads elsewhere is theirs', async () => {
    const { actions } = journey.world;
    const elsewhere = [{ Type: 'forward', TargetGroupArn: modelArns.groupA.replace('web-a', 'other'), Order: 1 }];
    actions.set(modelArns.rule, elsewhere);

    expect(await look()).toEqual({ outcome: 'confirmed' });
    expect(actions.get(modelArns.rule)).toEqual(elsewhere);
  });

  test('a schedule that cannot be set again has the look repeated, not left out', async () => {
    const schedules = { put: () => Promise.reject(new Error('throttled')), remove: () => Promise.resolve() };

    await expect(look(altered(journey.world, { schedules }))).rejects.toThrow('throttled');
  });
});
