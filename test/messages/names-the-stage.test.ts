import { expect, test } from '@jest/globals';
import { transitionMessage } from '../../lib/messages/message.ts';
import { bakingScenario, scenarioId } from '../view/scenarios.ts';

test('a command in the sentences of a message names the stage and the region: without them it would act on production', async () => {
  const scenario = await bakingScenario();
  const reason = 'the next attempt begins in a minute. To try at once, run: sluice rollback web --direct';
  await scenario.at(630, { type: 'RollbackRequested', reason, by: 'the rollout' });
  const [stored, events] = await Promise.all([scenario.store.load(scenarioId), scenario.store.events(scenarioId, 0)]);
  const last = events.at(-1);
  if (stored === undefined || last === undefined) throw new Error('There is no rollout.');
  const { what, why, next, forPeople } = transitionMessage(last, [], stored.state, {
    ...{ stage: 'staging', region: 'eu-west-1' },
  });
  const said = [what, ...why, next, ...forPeople.reasons].join('\n');

  expect(said).toContain('sluice rollback web --stage staging --region eu-west-1 --direct');
  expect(said).not.toContain('sluice rollback web --direct');
});
