import { expect, test } from '@jest/globals';
import { tellRelease } from '../../../lib/usecases/release/tell-release.ts';
import type { Direction } from '../../../lib/releases/release-state.ts';
import { incompleteRelease, releaseAt, releaseId, releaseScenario } from '../../view/release-scenarios.ts';
import type { Scenario } from '../../view/scenarios.ts';

const tell = ({ releases, time }: Scenario, direction: Direction) =>
  tellRelease(
    { releaseId, told: { direction, by: 'Ana', reason: 'orders fail' } },
    { releases, now: () => new Date(time) },
  );

const turns = async ({ releases }: Scenario) =>
  (await releases.events(releaseId)).flatMap(({ event }) =>
    event.type === 'ReleaseTurned' && event.by === 'Ana' ? [event.direction] : [],
  );

test('the same order again is told, and turns the release once', async () => {
  const scenario = await releaseScenario();

  await tell(scenario, 'rollBackAll');

  expect(await tell(scenario, 'rollBackAll')).toMatchObject({ outcome: 'told' });
  expect(await turns(scenario)).toEqual(['rollBackAll']);
});

test('an order that goes further counts, for the same reason as the one before it; one that goes less far does not', async () => {
  const scenario = await releaseScenario();

  await tell(scenario, 'abort');
  await tell(scenario, 'rollBackAll');

  expect(await tell(scenario, 'abort')).toMatchObject({ outcome: 'told' });
  expect(await turns(scenario)).toEqual(['abort', 'rollBackAll']);
});

test('a release that ended incomplete goes back once more for the same reason, and one that is back does not', async () => {
  const scenario = await incompleteRelease();
  await tell(scenario, 'rollBackAll');
  await tell(scenario, 'rollBackAll');
  expect(await turns(scenario)).toEqual(['rollBackAll']);

  await releaseAt(scenario, 800, { type: 'ReleaseEnded', outcome: 'incomplete' });
  expect(await tell(scenario, 'rollBackAll')).toMatchObject({ outcome: 'told' });
  expect(await turns(scenario)).toEqual(['rollBackAll', 'rollBackAll']);
  expect((await scenario.releases.load(releaseId))?.state.outcome).toBeUndefined();

  await releaseAt(
    scenario,
    900,
    { type: 'MemberBack', service: 'auth' },
    { type: 'ReleaseEnded', outcome: 'rolledBack' },
  );
  expect(await tell(scenario, 'rollBackAll')).toMatchObject({ outcome: 'told' });
  expect(await turns(scenario)).toEqual(['rollBackAll', 'rollBackAll']);
});
