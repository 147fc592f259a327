import { beforeEach, describe, expect, test } from '@jest/globals';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import type { World } from '../../../lib/ports/world.ts';
import { digestOf } from '../../model/model-world.ts';
import { sicken } from '../../statemachines/emergency-scenarios.ts';
import { type Journey, journeyTo, openInput, passedChecks } from '../journey.ts';
import { altered } from '../watched-world.ts';

let journey: Journey;

/** Version b serves and is down; an emergency has version a deployed to the other slot, in which a failed version c still runs. */
beforeEach(async () => {
  journey = await journeyTo('finished');
  const { world } = journey;
  sicken(world, new Set([digestOf('b')]));
  const rollback = { to: 'version', reason: 'nothing serves', emergency: 'web-emergency-1' };
  const opened = await openRollout(
    {
      request: { service: 'web', image: digestOf('a'), requestedBy: 'Sluice, for web-emergency-1', rollback },
      executionArn: `${openInput().executionArn}-back`,
      startedAt: '2026-03-01T11:00:00.000Z',
    },
    world,
  );
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  journey.rolloutId = opened.rolloutId;
  journey.fence = opened.fence;
  await judgePreChecks({ ...journey.owned, results: passedChecks }, world);
  await pinCapacity(journey.owned, world);
  await provisionGreen(journey.owned, world);
});

/** ECS is still replacing tasks, and tells these digests. */
const replacing = (runningDigests: () => Promise<readonly string[]>): World =>
  altered(journey.world, {
    runtime: {
      progress: () => Promise.resolve({ state: 'inProgress', running: 1, desired: 2, reason: 'starting.' }),
      runningDigests,
    },
  });
const running = (...digests: readonly string[]) => replacing(() => Promise.resolve(digests));
const state = async () => (await journey.stored()).state;

describe('what an emergency brings back', () => {
  test('is ready with its first healthy target once it runs alone in its slot', async () => {
    expect(await checkGreen(journey.owned, running(digestOf('a')))).toMatchObject({ outcome: 'ready' });
    expect((await state()).phase).toBe('verifying');
  });

  test.each<[string, () => World]>([
    ['what its slot had is what is healthy', () => running(digestOf('c'))],
    ['what its slot had still runs beside it', () => running(digestOf('c'), digestOf('a'))],
    ['ECS tells no digest', () => running()],
    ['ECS does not answer', () => replacing(() => Promise.reject(new Error('ECS does not answer')))],
  ])('is waited for while %s', async (_, world) => {
    expect(await checkGreen(journey.owned, world())).toMatchObject({ outcome: 'waiting' });
    expect(await journey.events('GreenReady')).toEqual([]);
  });

  test('does not wait for ever for the tasks of what its slot had to end', async () => {
    journey.world.time += 600_001;

    expect(await checkGreen(journey.owned, running(digestOf('c')))).toMatchObject({ outcome: 'rollBack' });
    expect((await state()).reason).toBe('Green was not ready within 600 s: 1 of 2 tasks running. starting.');
  });
});
