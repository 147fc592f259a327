import { expect, test } from '@jest/globals';
import { statusOf, transitionMessage } from '../../lib/messages/message.ts';
import { openIncident } from '../view/incident-scenarios.ts';
import { bakingScenario, scenarioId } from '../view/scenarios.ts';

test('a message, and the head that is edited in place, link the page of the rollout first', async () => {
  const { store } = await bakingScenario();
  const [stored, events] = await Promise.all([store.load(scenarioId), store.events(scenarioId, 0)]);
  const last = events.find(({ event }) => event.type === 'TrafficShifted');
  if (stored === undefined || last === undefined) throw new Error('There is no rollout.');
  const around = { stage: 'production', region: 'eu-west-1', pagesUrl: 'https://pages.example.com/production' };
  const page = { text: 'See the rollout', url: `https://pages.example.com/production/rollouts/${scenarioId}` };

  expect(transitionMessage(last, [], stored.state, around).links[0]).toEqual(page);
  expect(statusOf(stored.state, around).links[0]).toEqual(page);
  const { pagesUrl: _, ...without } = around;
  expect(transitionMessage(last, [], stored.state, without).links.map(({ text }) => text)).toEqual([
    'Execution in the AWS console',
  ]);
});

test('a message of an incident links the page of the incident before that of the rollout', async () => {
  const { store } = await openIncident();
  const [stored, events] = await Promise.all([store.load(scenarioId), store.events(scenarioId, 0)]);
  const last = events.find(({ event }) => event.type === 'IncidentOpened');
  if (stored === undefined || last === undefined) throw new Error('There is no incident.');
  const pages = 'https://pages.example.com/production';
  const around = { stage: 'production', region: 'eu-west-1', pagesUrl: pages };

  expect(transitionMessage(last, [], stored.state, around).links.slice(0, 2)).toEqual([
    { text: 'See the incident', url: `${pages}/services/web?show=incident` },
    { text: 'See the rollout', url: `${pages}/rollouts/${scenarioId}` },
  ]);
});
