import { expect, test } from '@jest/globals';
import { versions } from '../../examples/web/versions.ts';
import { transitionsOf } from '../../lib/rollout/transition.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { sampleSpec } from '../../local/sample/sample-spec.ts';
import { digestOf, modelArns, ModelWorld } from '../model/model-world.ts';
import { modelMetrics } from '../model/model-metrics.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';

/** The demo sends so many. */
const requestsPerSecond = 200;
/** A changed rule reaches the nodes of the local load balancer within this. */
const latestMs = 10_000;

/** The demo's service under the demo's traffic, on the model: numbers alone decide, whatever the machine is busy with. */
async function roll(tag: string, errorShare: number) {
  const parsed = parseSpec(
    sampleSpec({ ruleArn: modelArns.rule, targetGroups: { a: modelArns.groupA, b: modelArns.groupB } }),
    'web.yml',
  );
  if (!parsed.ok) throw new Error('the sample has no good spec');
  const world = new ModelWorld();
  world.requestsPerSecond = requestsPerSecond;
  world.addImage(tag, digestOf('b'), errorShare);
  const { slots, groups, probed, errorShare: errorShares } = world;
  const late = {
    ...{ slots, groups, probed, requestsPerSecond, errorShare: errorShares },
    weights: () => world.weights(),
    get changes() {
      return world.changes.map((one) => ({ ...one, at: one.at + latestMs }));
    },
  };
  Object.assign(world, { metrics: modelMetrics(late, modelArns.groupA) });
  // The model's answers have no body that says a version.
  await world.store.putSpec({ ...parsed.spec, verify: undefined }, 'a test', world.now().toISOString());
  const { end } = await walk('rollout', { service: 'web', image: tag, requestedBy: 'Erin' }, world);
  const { rolloutId } = await newestRollout(world);
  const told = transitionsOf(await world.store.events(rolloutId, 0));
  return { end, told, types: told.map(({ event }) => event.type) };
}

test("the demo's numbers let its good version through without a warning", async () => {
  const { end, told } = await roll(versions.good.tag, 0);

  expect(end).toEqual({ status: 'SUCCEEDED' });
  expect(told.filter(({ severity }) => severity !== 'info').map(({ event }) => event.type)).toEqual([]);
});

test("the demo's numbers roll its bad version back, at its first step, with all of its evidence", async () => {
  const { end, told, types } = await roll(versions.bad.tag, Number(versions.bad.env.ERROR_SHARE));

  expect(end).toMatchObject({ error: 'RolledBack' });
  expect(types.filter((type) => type === 'TrafficShifted')).toHaveLength(1);
  expect(types).toContain('EvidenceCaptured');
  expect(types).not.toContain('EvidenceMissing');
  expect(told.filter(({ severity }) => severity === 'critical')).toEqual([]);
});
