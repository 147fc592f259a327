import { expect, test } from '@jest/globals';
import { checkRollback } from '../../../lib/usecases/rollback/check-rollback.ts';
import { rollbackTo } from '../journey.ts';

/** History events of a wait, a call of a function and a choice. */
const eventsOfATurn = 9;
/** Half of what Step Functions lets an execution have: the rollout before it has used some. */
const mostEvents = 12_500;

test('a rollback that waits four hours for stickiness is watched to its end within the limit of an execution', async () => {
  const journey = await rollbackTo('requested', 'shifted', undefined, { sticky: 4 * 3600 });
  const { world, rolloutId } = journey;
  const end = world.time + 4 * 3_600_000;
  let turns = 0;
  while (world.time < end && turns < mostEvents) {
    const { outcome, waitSeconds } = await checkRollback({ rolloutId }, world);
    expect(outcome).toBe('rollingBack');
    expect(waitSeconds).toBeGreaterThan(0);
    world.time += waitSeconds * 1000;
    turns += 1;
  }

  expect(turns * eventsOfATurn).toBeLessThan(mostEvents);
});

test('the first evaluations follow each other within seconds', async () => {
  const { world, rolloutId } = await rollbackTo('requested');
  world.time += 30_000;

  expect(await checkRollback({ rolloutId }, world)).toMatchObject({ outcome: 'rollingBack', waitSeconds: 2 });
});
