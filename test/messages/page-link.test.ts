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

test.each([
  ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/states/'],
  ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/states/'],
  ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/states/'],
  ['aws-eusc', 'eusc-de-east-1', 'https://eusc-de-east-1.console.amazonaws-eusc.eu/states/'],
])('the execution is linked in the console of its partition, %s', async (partition, region, console) => {
  const { store } = await bakingScenario();
  const stored = await store.load(scenarioId);
  if (stored === undefined) throw new Error('There is no rollout.');
  const executionArn = `arn:${partition}:states:${region}:111122223333:execution:sluice-production-rollout:one`;

  const [link] = statusOf({ ...stored.state, executionArn }, { stage: 'production', region }).links;

  expect(link?.url).toBe(`${console}home?region=${region}#/v2/executions/details/${executionArn}`);
});
