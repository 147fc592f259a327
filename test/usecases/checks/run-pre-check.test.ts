import { describe, expect, test } from '@jest/globals';
import { everyCheck } from '../../../lib/checks/pre-checks.ts';
import { ProbeNotReady } from '../../../lib/ports/probe.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { runPreCheck } from '../../../lib/usecases/checks/run-pre-check.ts';
import { digestOf, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { journeyTo, openInput } from '../journey.ts';
import { altered, type Alterations, watched } from '../watched-world.ts';

const everyRollout = [
  'image',
  'slots',
  'deployment',
  'protocol',
  'stickiness',
  'rules',
  'blue',
  'blue image',
  'answer',
  'autoscaling',
];

/** All checks of a rollout that was opened, run in one call. */
async function found(spec: Readonly<Record<string, unknown>> = {}, change: Alterations = {}) {
  const journey = await journeyTo('opened', { spec: modelSpec(spec) });
  const output = await runPreCheck({ ...journey.owned, check: everyCheck }, altered(journey.world, change));
  return { journey, output, names: output.results?.map(({ name }) => name) };
}

const failingWith = (error: Error): Alterations => ({ capacity: { autoscalingOf: () => Promise.reject(error) } });

describe('the checks before a rollout', () => {
  test('are one item of the list of the machine, so that one function starts for them', async () => {
    const world = new ModelWorld();
    world.addImage('412-9f8d111', digestOf('b'));
    await world.store.putSpec(modelSpec(), 'a test', world.now().toISOString());

    expect(await openRollout(openInput(), world)).toMatchObject({ outcome: 'opened', checks: [everyCheck] });
  });

  test('are those of every rollout, and after them those that its spec turns on', async () => {
    expect((await found()).names).toEqual(everyRollout);
    expect((await found({ checks: { 'image-size': {} } })).names).toEqual([...everyRollout, 'image-size']);
  });

  test('are recorded one by one', async () => {
    const { journey, output } = await found();
    await judgePreChecks(
      { ...journey.owned, results: [{ ...output, results: [...(output.results ?? [])] }] },
      journey.world,
    );

    const passed = (await journey.events()).find(({ type }) => type === 'PreChecksPassed');
    expect(passed).toMatchObject({ results: output.results });
  });

  test('read once what several of them read, as ELB grants an account few reads at a time', async () => {
    const journey = await journeyTo('opened', {
      spec: modelSpec({ checks: { balancer: {}, 'target-groups-alike': {} } }),
    });
    const { world, calls } = watched(journey.world);

    await runPreCheck({ ...journey.owned, check: everyCheck }, world);

    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => call === 'router.read')).toHaveLength(1);
  });

  test('ask anew what could not be read, and what another call asked', async () => {
    const journey = await journeyTo('opened');
    const { router } = watched(journey.world).world;
    let reads = 0;
    const read: typeof router.read = (rules) => {
      reads += 1;
      return reads === 1 ? Promise.reject(new Refusal('The rule is not there.')) : router.read(rules);
    };
    const world = altered(journey.world, { router: { read } });

    expect(await runPreCheck({ ...journey.owned, check: everyCheck }, world)).toMatchObject({ passed: true });
    const readAtFirst = reads;
    expect(await runPreCheck({ ...journey.owned, check: everyCheck }, world)).toMatchObject({ passed: true });
    expect(reads).toBe(readAtFirst + 1);
  });

  test('are run once more where one fails, as what AWS describes may be behind', async () => {
    let asked = 0;
    const { output } = await found(
      {},
      {
        capacity: {
          autoscalingOf: () => {
            asked += 1;
            return asked === 1 ? Promise.reject(new Refusal('The service is not there.')) : Promise.resolve(undefined);
          },
        },
      },
    );

    expect(output).toMatchObject({ passed: true });
  });

  test.each([new TypeError('no such field'), new Refusal('The rule leads elsewhere.')])(
    'have not passed where one can never be run: %s',
    async (error) => {
      const { output } = await found({}, failingWith(error));

      expect(output.passed).toBe(false);
      expect(output.results?.filter(({ passed }) => !passed)).toEqual([
        {
          name: 'autoscaling',
          passed: false,
          saw: `${error.name}: ${error.message}`,
          expected: 'a check that can be run',
        },
      ]);
    },
  );

  test('are run again where one could not find out', async () => {
    const error = new Error('Application Auto Scaling is down');

    await expect(found({}, failingWith(error))).rejects.toBe(error);
  });

  test('say that the probe is being made only where nothing else kept one from its answer', async () => {
    const notReady = new ProbeNotReady('it is being made');
    const down = new Error('ECR is down');
    const image: Alterations = { registry: { find: () => Promise.reject(down) } };

    await expect(found({}, failingWith(notReady))).rejects.toBe(notReady);
    await expect(found({}, { ...failingWith(notReady), ...image })).rejects.toBe(down);
  });
});
