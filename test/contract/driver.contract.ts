/* eslint-disable jest/no-export -- one suite, run on every driver */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Driver, DriverPorts } from '../../lib/drivers/driver.ts';
import type { Routing } from '../../lib/drivers/rules/routing.ts';
import type { Inabilities } from '../../lib/drivers/layout/abilities.ts';
import { trafficOf, workloadOf } from '../../lib/drivers/shapes/layout-of.ts';
import { shapeOf } from '../../lib/drivers/shapes/registry.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import { named } from '../fleet/fleet-under-test.ts';
import { failuresIn, sendMany, steadyTraffic } from '../fleet/traffic.ts';
import { eventually } from '../setup/eventually.ts';

/** A driver with a service of two versions, blue with all of the traffic and green without tasks. */
export interface DriverUnderTest {
  readonly driver: Driver;
  readonly ports: Pick<DriverPorts, 'router' | 'runtime'>;
  /** A rollout that has just opened. */
  readonly opened: RolloutState;
  /** Task definition of the version that is rolled out. */
  readonly next: string;
  /** Others deploy a version. */
  readonly deployForeign: () => Promise<unknown>;
  /** For a driver whose green rises once and goes back for good: a green that is up without traffic, as if none had gone back. */
  readonly again?: () => Promise<string>;
  /** Where users ask, and what the two versions say. */
  readonly url: string;
  readonly says: Readonly<Record<'blue' | 'green', string>>;
  /** The calls of AWS by which the driver starts green and gives weights. */
  readonly calls: Readonly<Record<'provision' | 'give', string>>;
  /** Orders a fault of the local AWS. */
  readonly misbehave: (order: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** How many of the ordered faults have not struck yet. */
  readonly outstanding: () => Promise<number>;
  /** Resolves when every node of the load balancer obeys the weights as they are described. */
  readonly obeyed: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What a driver promises, whatever it runs on. Weights that it cannot give are not asked for. */
export function driverContract(name: string, start: () => Promise<DriverUnderTest>, weights: readonly number[]): void {
  describe(`${name} as a driver`, () => {
    let under: DriverUnderTest;
    let state: RolloutState;
    let cannot: Inabilities;

    beforeAll(async () => {
      under = await start();
      state = under.opened;
      ({ cannot } = shapeOf(state.spec));
    });
    afterAll(() => under.stop());

    const routings = () => under.ports.router.read(trafficOf(state.spec));
    const happened = (event: RolloutEvent) => (state = evolve(state, event, new Date().toISOString()));
    const give = async (weight: number) => {
      for (const routing of await routings()) await under.driver.give(state, routing, weight, under.ports);
    };
    /** Gives a weight until it is read back, as the machine does. */
    const given = async (weight: number) => {
      await give(weight);
      if (!under.driver.weightsComeLater) return;
      await eventually(`green has ${weight} %`, async () => {
        if ((await weightsNow()).every((now) => now === weight)) return true;
        await give(weight);
        return false;
      });
    };
    const restore = async () => {
      for (const item of under.driver.restorationOf(state)) await under.driver.restore(item, under.ports);
    };
    const weightsNow = async () => (await routings()).map((routing) => under.driver.weightOf(state, routing));
    /** The versions that answer 20 requests. */
    const answering = async (headers: Readonly<Record<string, string>> = {}) => {
      const seen = await sendMany(under.url, 20, 2, { headers });
      expect(failuresIn(seen)).toEqual([]);
      return new Set(seen.map(({ body }) => (body.includes(under.says.green) ? 'green' : 'blue')));
    };
    const only =
      (side: string, headers = {}) =>
      async () =>
        [...(await answering(headers))].join() === side;
    const drift = async (allowed: readonly number[]) => {
      const [blue, green] = await Promise.all(
        [state.blue, state.green].map((slot) => under.ports.runtime.describe(workloadOf(state.spec, slot))),
      );
      return under.driver.driftIn(state, { routings: await routings(), blue, green }, allowed);
    };

    test('tells who serves, and does not guess where both do', async () => {
      const found = await routings();
      const { blue, green } = state;
      expect(under.driver.rolesOf(state.spec, found)).toEqual({ outcome: 'clear', blue, green });

      const split = found.map((routing): Routing => ({
        ...routing,
        weights: Object.fromEntries(Object.keys(routing.weights).map((group) => [group, 50])),
      }));
      expect(under.driver.rolesOf(state.spec, split)).toMatchObject({ outcome: 'unclear' });
    });

    test('starts green without traffic, also where the answer to the call is lost', async () => {
      const order = { taskDefinition: under.next, tasks: 1 };
      await under.misbehave({ fault: 'lose-response', action: under.calls.provision, times: 1 });
      await expect(under.driver.provision(state, order, under.ports)).rejects.toThrow();
      const deploymentId = await under.driver.provision(state, order, under.ports);

      await eventually('green runs', async () => {
        const { state: progress } = await under.driver.progressOf(state, deploymentId, under.ports);
        return progress === 'completed';
      });
      expect(await under.driver.progressOf(state, deploymentId, under.ports)).toMatchObject({ running: 1, desired: 1 });
      expect(await answering()).toEqual(new Set(['blue']));
      happened({ type: 'PreChecksPassed', results: [] });
      happened({ type: 'GreenDeployed', taskDefinition: under.next, deploymentId, count: 1 });
    });

    test('knows no progress of a deployment that is not its own', async () => {
      expect(await under.driver.progressOf(state, 'ecs-svc/404', under.ports)).toMatchObject({ state: 'gone' });
    });

    test('gives a side the tasks that it is to have, or leaves that to who does', async () => {
      await under.driver.resize(state, 'green', 2, under.ports);

      const tasks = cannot.sizedAhead === undefined ? 2 : 1;
      await eventually('green has its tasks', async () => {
        const green = await under.ports.runtime.describe(workloadOf(state.spec, state.green));
        return green?.running === tasks;
      });
      expect(await answering()).toEqual(new Set(['blue']));
      happened({ type: 'GreenReady', running: tasks, digest: state.image.digest });
      happened({ type: 'GreenVerified', url: under.url, status: 200, milliseconds: 1 });
      happened({ type: 'HeaderRouteOpened', header: 'canary', value: 'true' });
      happened({ type: 'GreenSized', step: 0, count: tasks, blueCount: state.blueCount });
    });

    test('leads private requests to green, and no others', async () => {
      const routing = named((await routings())[0]);
      const header = { header: 'x-private', value: 'word' };
      const opened = await under.driver.openRoute(state, routing, { ...header, to: 'green' }, under.ports);

      expect(await under.driver.openRoute(state, routing, { ...header, to: 'green' }, under.ports)).toBe(opened);
      await eventually('the private requests reach green', only('green', { 'x-private': 'word' }));
      expect(await answering()).toEqual(new Set(['blue']));
      expect(await weightsNow()).toEqual([0]);
      await under.ports.router.closeHeaderRoute(opened);
      await eventually('the private requests reach blue', only('blue', { 'x-private': 'word' }));
    });

    describe('with green up', () => {
      beforeEach(async () => {
        if (under.again === undefined) return restore();
        state = { ...state, deploymentId: await under.again() };
      });

      test.each(weights)('gives %i %% and reads it back, without a failed request', async (weight) => {
        const traffic = steadyTraffic(under.url, 2);
        await given(weight);

        expect(await weightsNow()).toEqual([weight]);
        expect(await drift([weight])).toEqual([]);
        await eventually('green answers', async () => (await answering()).has('green'));
        if (weight === 100) await eventually('green answers alone', only('green'));
        expect(failuresIn(await traffic.stop())).toEqual([]);
      });

      test('leads private requests to blue while green has the most of the traffic', async () => {
        await given(weights.at(-1) ?? 100);
        const routing = named((await routings())[0]);
        await under.obeyed();
        const route = { to: 'blue', header: 'x-private', value: 'back' } as const;
        const opened = await under.driver.openRoute(state, routing, route, under.ports);

        await eventually('the private requests reach blue', only('blue', { 'x-private': 'back' }));
        expect(await answering()).toEqual(new Set(['green']));
        await under.ports.router.closeHeaderRoute(opened);
      });

      test('keeps everything else of a rule', async () => {
        const before = await routings();
        await given(weights[0] ?? 100);

        const without = (found: readonly Routing[]) => found.map(({ actions: _, weights: __, ...rest }) => rest);
        expect(without(await routings())).toEqual(without(before));
      });

      test('has given a weight also where the answer is lost, and giving it again does no harm', async () => {
        const weight = weights[0] ?? 100;
        await under.misbehave({ fault: 'lose-response', action: under.calls.give, times: 1 });

        await expect(give(weight)).rejects.toThrow();
        await eventually(`green has ${weight} %`, async () => (await weightsNow()).every((now) => now === weight));
        await given(weight);
        expect(await weightsNow()).toEqual([weight]);
      });

      test.each(weights)(
        'goes back from %i %% by its plan, for all users and without a failed request',
        async (weight) => {
          await given(weight);
          await eventually('green answers', async () => (await answering()).has('green'));
          const traffic = steadyTraffic(under.url, 2);
          await restore();

          expect(await weightsNow()).toEqual([0]);
          await eventually('blue answers alone', only('blue'));
          await restore();
          expect(await weightsNow()).toEqual([0]);
          expect(failuresIn(await traffic.stop())).toEqual([]);
        },
      );

      test('is on blue again by a second restoration, where a weight was written late', async () => {
        await under.misbehave({ fault: 'hold', action: under.calls.give, holdSeconds: 0.5, times: 1 });
        const late = give(weights[0] ?? 100);
        await eventually('the call is held', async () => (await under.outstanding()) === 0);
        await restore();
        expect(await weightsNow()).toEqual([0]);
        await late;
        await eventually('the weight is written', async () => (await weightsNow()).every((now) => now === weights[0]));

        await restore();
        expect(await weightsNow()).toEqual([0]);
        await eventually('blue answers alone', only('blue'));
      });

      test('names to the machine without a table what it needs to go back', async () => {
        const { executionArn, rules } = under.driver.withoutTable(state);
        const groups = Object.keys((await routings())[0]?.weights ?? {});

        expect(executionArn).toBe(state.executionArn);
        expect(rules.map(({ arn }) => arn)).toEqual((await routings()).map(({ arn }) => arn));
        expect([...rules.flatMap(({ blue, green }) => [blue, green])].sort()).toEqual(groups.sort());
      });

      test('measures both sides of what traffic comes through', async () => {
        const pairs = under.driver.measuredPairs(state);

        expect(pairs).toHaveLength(1);
        expect(Object.keys((await routings())[0]?.weights ?? {})).toEqual(
          expect.arrayContaining([pairs[0]?.targetGroups.blue, pairs[0]?.targetGroups.green]),
        );
      });

      test('notices weights that others give, and a version that others deploy', async () => {
        await given(weights.at(-1) ?? 100);
        expect(await drift([0])).toEqual([expect.objectContaining({ harmful: true })]);

        await restore();
        await under.deployForeign();
        expect(await drift([0])).not.toEqual([]);
      });

      test('retires green, and users notice nothing', async () => {
        await under.obeyed();
        const traffic = steadyTraffic(under.url, 2);
        await under.driver.remove(state, under.ports);
        await under.driver.cut(state, 'green', 0, under.ports);

        await eventually('green has no task', async () => {
          const { left } = await under.ports.runtime.remainingTasks(workloadOf(state.spec, state.green));
          return left === 0;
        });
        expect(await answering()).toEqual(new Set(['blue']));
        expect(failuresIn(await traffic.stop())).toEqual([]);
      });
    });
  });
}
