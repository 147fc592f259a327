import { describe, expect, test } from '@jest/globals';
import type { Phase } from '../../lib/rollout/phase.ts';
import { type Journey, journeyTo, rollbackTo, withApprovals } from './journey.ts';
import { useCases, type UseCaseName } from './use-cases.ts';
import { watched } from './watched-world.ts';

const after = async (journey: Journey, ...names: readonly UseCaseName[]): Promise<Journey> => {
  for (const name of names) await useCases[name](journey, journey.world);
  return journey;
};

/** A rollout in each phase, owned by whoever got it there. */
const at: Readonly<Record<Phase, () => Promise<Journey>>> = {
  checking: () => journeyTo('opened'),
  awaitingApproval: () => journeyTo('checked', { spec: withApprovals() }),
  provisioning: () => journeyTo('checked'),
  verifying: () => journeyTo('ready'),
  shifting: () => journeyTo('routed'),
  baking: () => journeyTo('shifted'),
  finishing: () => journeyTo('finishing'),
  rollingBack: () => rollbackTo('requested', 'checked'),
  rejected: async () => after(await journeyTo('opened'), 'rejectByPreChecks'),
  succeeded: () => journeyTo('finished'),
  rolledBack: async () => after(await rollbackTo('confirmed'), 'removeGreen', 'closeRollback'),
};

const phases = Object.entries(at);
const names = [
  'pinCapacity',
  'provisionGreen',
  'verifyGreen',
  'openHeaderRoute',
  'sizeGreen',
  'shiftTraffic',
  'shiftTrafficAgain',
  'restoreCapacity',
  'removeGreen',
  'scaleDownBlue',
  'retireBlue',
] as const satisfies readonly UseCaseName[];

describe.each(phases)('while a rollout is %s', (phase, journeyThere) => {
  test('the journey is there', async () => {
    expect((await (await journeyThere()).stored()).state.phase).toBe(phase);
  });

  test.each(names)('%s changes nothing that it could not record', async (name) => {
    const journey = await journeyThere();
    const before = (await journey.stored()).sequence;
    const { world, changes } = watched(journey.world);
    await useCases[name](journey, world).catch(() => undefined);
    const recorded = (await journey.stored()).sequence > before;

    expect({ changes: recorded ? [] : changes() }).toEqual({ changes: [] });
  });
});

describe('a rollout that has ended', () => {
  test.each(['rejected', 'succeeded', 'rolledBack'] as const)(
    'restores nothing once it is %s: its rules may be those of another by now',
    async (phase) => {
      const journey = await at[phase]();
      const facts = journey.facts();

      await expect(useCases.restoreTraffic(journey, journey.world)).rejects.toThrow(`${journey.rolloutId} is ${phase}`);
      expect(journey.facts()).toEqual(facts);
    },
  );

  test('has its green removed already, and touches the slot no more', async () => {
    const journey = await at.rolledBack();
    const { world, changes } = watched(journey.world);

    expect(await useCases.removeGreen(journey, world)).toEqual({ outcome: 'removed', waitSeconds: 0 });
    expect(changes()).toEqual([]);
  });
});
