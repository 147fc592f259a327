import { describe, expect, test } from '@jest/globals';
import { StaleWrite } from '../../../lib/ports/rollout-store.ts';
import { digestOf, modelArns, modelSpec } from '../../model/model-world.ts';
import { openedEvent } from '../../contract/opened-event.ts';
import { type Journey, journeyTo, outgrown, rollbackTo, withApprovals } from '../journey.ts';
import { useCases, type UseCaseName } from '../use-cases.ts';
import { watched } from '../watched-world.ts';

/** Every use case that an owner calls, at a stage at which it does its work. */
const owned: readonly (readonly [UseCaseName, () => Promise<Journey>])[] = [
  ['runPreCheck', () => journeyTo('opened')],
  ['judgePreChecks', () => journeyTo('opened')],
  ['pinCapacity', () => journeyTo('checked')],
  ['provisionGreen', () => journeyTo('pinned')],
  ['awaitApproval', () => journeyTo('checked', { spec: withApprovals() })],
  ['checkGreen', () => journeyTo('deployed')],
  ['verifyGreen', () => journeyTo('ready')],
  ['openHeaderRoute', () => journeyTo('verified')],
  ['sizeGreen', () => outgrown('routed')],
  ['shiftTraffic', () => journeyTo('routed')],
  ['shiftTrafficAgain', () => journeyTo('stepPassed')],
  ['analyseGreen', () => journeyTo('shifted')],
  ['finishRollout', () => journeyTo('finishing')],
  ['runAfterChecks', () => journeyTo('finishing', { spec: modelSpec({ after: ['cluster'] }) })],
  ['planRestoration', () => rollbackTo('claimed')],
  ['restoreTraffic', () => rollbackTo('claimed')],
  ['confirmRestored', () => rollbackTo('restored')],
  ['verifyBlue', () => rollbackTo('confirmed')],
  [
    'stepBack',
    async () => {
      const spec = modelSpec({ rollback: { shape: 'stepped', stepped: { weights: [5] } } });
      const journey = await journeyTo('shifted', { spec });
      journey.claim();
      return journey;
    },
  ],
  [
    'restoreStickiness',
    async () => {
      const journey = await rollbackTo('confirmed', 'shifted', undefined, { sticky: 60 });
      journey.world.time += 61_000;
      return journey;
    },
  ],
  ['healthCheckBlue', () => rollbackTo('confirmed')],
  ['captureEvidence', () => rollbackTo('confirmed')],
  ['declareEmergency', () => rollbackTo('claimed')],
  ['restoreCapacity', () => rollbackTo('confirmed')],
  ['removeGreen', () => rollbackTo('confirmed')],
  ['closeRollback', () => rollbackTo('confirmed')],
];

describe('an owner who was taken over', () => {
  test.each(owned)('%s is refused, touches nothing and records nothing', async (name, at) => {
    const journey = await at();
    const facts = journey.facts();
    const events = await journey.world.store.events(journey.rolloutId, 0);
    journey.world.store.claim(journey.rolloutId);
    const { world, calls } = watched(journey.world);

    await expect(useCases[name](journey, world)).rejects.toThrow(StaleWrite);
    expect(calls).toEqual([]);
    expect(journey.facts()).toEqual(facts);
    expect(await journey.world.store.events(journey.rolloutId, 0)).toEqual(events);
  });

  test('a rollback is not asked for by one, and that is no error', async () => {
    const journey = await journeyTo('shifted');
    journey.world.store.claim(journey.rolloutId);

    expect(await useCases.requestRollback(journey, journey.world)).toEqual({ outcome: 'takenOver' });
    expect((await journey.stored()).state.phase).toBe('baking');
  });
});

/**
 * Runs a use case once for each of its calls to the world, and takes the rollout over right before that call. Answers what
 * it changed afterwards, beyond the one call under way.
 */
async function changesAfterTakeover(
  name: UseCaseName,
  at: () => Promise<Journey>,
  takeOver: (journey: Journey) => unknown,
): Promise<readonly string[]> {
  const strays: string[] = [];
  const { calls } = await runWatched(name, await at());
  for (let number = 1; number <= calls.length; number += 1) {
    const journey = await at();
    let changesBefore = Number.POSITIVE_INFINITY;
    const spied = watched(journey.world, async (_, count) => {
      if (count !== number) return;
      // The call that has begun can no longer be stopped, whatever it is.
      changesBefore = spied.changes().length;
      await takeOver(journey);
    });
    await useCases[name](journey, spied.world).catch(() => undefined);
    const late = spied.changes().slice(changesBefore);
    strays.push(...late.map((change) => `${change} after a takeover at call ${number}`));
  }
  return strays;
}

async function runWatched(name: UseCaseName, journey: Journey) {
  const spied = watched(journey.world);
  await useCases[name](journey, spied.world);
  return spied;
}

/** Three rules, so that a takeover can come between two writes. */
const severalRules = modelSpec({
  traffic: ['f', '1', '2'].map((last) => ({ rule: `${modelArns.rule.slice(0, -1)}${last}` })),
});

describe('taken over in the middle of a use case', () => {
  test.each(owned)('%s changes nothing more', async (name, at) => {
    expect(await changesAfterTakeover(name, at, ({ world, rolloutId }) => world.store.claim(rolloutId))).toEqual([]);
  });

  test.each([
    ['shiftTraffic', 'routed'],
    ['openHeaderRoute', 'verified'],
  ] as const)('%s checks before each of several rules', async (name, stage) => {
    const at = () => journeyTo(stage, { spec: severalRules });
    const { changes } = await runWatched(name, await at());

    expect(changes()).toHaveLength(3);
    expect(await changesAfterTakeover(name, at, ({ world, rolloutId }) => world.store.claim(rolloutId))).toEqual([]);
  });

  test.each(['scaleDownBlue', 'retireBlue'] as const)(
    '%s leaves a slot alone that a new rollout takes',
    async (name) => {
      const openAnother = ({ world }: Journey) =>
        world.store.open(
          'web-next',
          openedEvent({ blue: 'b', green: 'a', blueDigest: digestOf('b') }),
          world.now().toISOString(),
        );

      expect(await changesAfterTakeover(name, () => journeyTo('finished'), openAnother)).toEqual([]);
    },
  );
});
