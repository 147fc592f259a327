import { expect, test } from '@jest/globals';
import { offeredActions } from '../../local/demo/personal-links.ts';
import { ConsoleDesk } from '../console/console-desk.ts';
import { approvalScenario, scenarioId } from '../view/scenarios.ts';

test('the actions that a page offers are found as the page has them', async () => {
  const desk = new ConsoleDesk(await approvalScenario());
  const { body } = await desk.get(`rollouts/${scenarioId}`, await desk.signedIn('ben@example.test'));

  expect(offeredActions(body)).toEqual(['approve', 'reject']);
});
