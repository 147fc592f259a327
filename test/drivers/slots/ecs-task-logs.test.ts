import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ecsTaskLogs } from '../../../lib/drivers/slots/ecs-task-logs.ts';

interface Answer {
  readonly status?: number;
  readonly body: object;
}

const asked: { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
let answers: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => Answer>>;
let server: Server;
let endpoint: string;

/** Speaks the JSON protocol of both services: `x-amz-target` names the action. */
beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const input = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
      asked.push({ action, input });
      const { status = 200, body: answer } = answers[action]?.(input) ?? { status: 400, body: { __type: 'Unknown' } };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const regions: (string | undefined)[] = [];
function logsUnderTest() {
  const settings = {
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  regions.length = 0;
  return ecsTaskLogs(new ECSClient(settings), (region) => {
    regions.push(region);
    return new CloudWatchLogsClient(settings);
  });
}

const ofOne = { tasks: new Set(['one']) };
const place = { container: 'app', group: '/ecs/web', prefix: 'web', region: 'us-east-1' };
const event = (task: string, eventId: string) => ({
  logStreamName: `web/app/${task}`,
  timestamp: 1000,
  message: `of ${task}`,
  eventId,
});

test('the task definition says where its containers log; other drivers are named', async () => {
  const options = { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web', 'awslogs-region': 'us-east-1' };
  answers = {
    DescribeTaskDefinition: () => ({
      body: {
        taskDefinition: {
          containerDefinitions: [
            { name: 'app', logConfiguration: { logDriver: 'awslogs', options } },
            { name: 'envoy', logConfiguration: { logDriver: 'awsfirelens' } },
            { name: 'init' },
          ],
        },
      },
    }),
  };

  expect(await logsUnderTest().placesOf('web:2')).toEqual({
    places: [place],
    elsewhere: ['container envoy logs by awsfirelens, not by awslogs', 'container init has no log configuration'],
  });
});

test('tasks that run and that stopped lately count, of this version alone, newest first', async () => {
  const arn = (id: string) => `arn:aws:ecs:eu-west-1:111122223333:task/main/${id}`;
  const known: Readonly<Record<string, object>> = {
    one: { taskArn: arn('one'), taskDefinitionArn: 'web:2', createdAt: 1 },
    two: { taskArn: arn('two'), taskDefinitionArn: 'web:2', createdAt: 2 },
    old: { taskArn: arn('old'), taskDefinitionArn: 'web:1', createdAt: 3 },
  };
  answers = {
    ListTasks: ({ desiredStatus }) => ({
      body: { taskArns: (desiredStatus === 'RUNNING' ? ['one'] : ['two', 'old']).map(arn) },
    }),
    DescribeTasks: ({ tasks }) => ({
      body: {
        tasks: z
          .array(z.string())
          .parse(tasks)
          .map((one) => known[one.split('/').at(-1) ?? '']),
      },
    }),
  };

  expect(await logsUnderTest().tasksOf({ cluster: 'main', service: 'web-b' }, 'web:2')).toEqual({
    tasks: ['two', 'one'],
    cutAt: undefined,
  });
});

/** A service with so many pages of running tasks, one a page; the last task alone is of version 2. */
const pagesOfTasks = (pages: number) => {
  const task = (number: number) => ({
    taskArn: `task/${number}`,
    taskDefinitionArn: `web:${number === pages ? 2 : 1}`,
  });
  answers = {
    ListTasks: ({ desiredStatus, nextToken = '1' }) => {
      if (desiredStatus === 'STOPPED') return { body: { taskArns: [] } };
      const page = Number(nextToken);
      return { body: { taskArns: [`task/${page}`], ...(page < pages && { nextToken: String(page + 1) }) } };
    },
    DescribeTasks: ({ tasks }) => ({
      body: {
        tasks: z
          .array(z.string())
          .parse(tasks)
          .map((arn) => task(Number(arn.split('/').at(-1)))),
      },
    }),
  };
  return logsUnderTest().tasksOf({ cluster: 'main', service: 'web-b' }, 'web:2');
};

test('tasks are listed page by page, and where their number is bounded it is said', async () => {
  expect(await pagesOfTasks(20)).toEqual({ tasks: ['20'], cutAt: undefined });
  expect(await pagesOfTasks(21)).toEqual({ tasks: [], cutAt: 20 });
});

test('lines that are known are neither returned nor counted', async () => {
  answers = { FilterLogEvents: () => ({ body: { events: ['a', 'b', 'c', 'd'].map((id) => event('one', id)) } }) };
  const wanted = { ...ofOne, since: 0, most: 1, known: new Set(['a', 'd']) };

  expect(await logsUnderTest().linesOf(place, wanted)).toMatchObject({
    lines: [{ id: 'c' }],
    leftOut: [{ id: 'b' }],
  });
});

test('lines are read page by page, those of other tasks are left out, and the newest are kept', async () => {
  answers = {
    FilterLogEvents: ({ nextToken }) =>
      nextToken === undefined
        ? { body: { events: [event('one', 'a'), event('other', 'b')], nextToken: 'more' } }
        : { body: { events: [event('two', 'c'), event('one', 'd')] } },
  };
  const read = await logsUnderTest().linesOf(place, { tasks: new Set(['one', 'two']), since: 500, most: 2 });

  expect(read).toMatchObject({
    lines: [
      { id: 'c', task: 'two' },
      { id: 'd', text: 'of one' },
    ],
    leftOut: [{ id: 'a', at: 1000 }],
    isWhole: true,
  });
  expect(asked[0]?.input).toEqual({ logGroupName: '/ecs/web', logStreamNamePrefix: 'web/app/', startTime: 500 });
  expect(regions).toEqual(['us-east-1']);
});

test('a group that never ends is read in 20 pages, and it is said that it was not whole', async () => {
  answers = { FilterLogEvents: () => ({ body: { events: [event('one', 'a')], nextToken: 'more' } }) };

  const { isWhole, leftOut } = await logsUnderTest().linesOf(place, { ...ofOne, since: 0, most: 5 });
  expect([isWhole, leftOut.length]).toEqual([false, 15]);
  expect(asked).toHaveLength(20);
});

test('a task without a stream has no lines; a group that is not there is a failure', async () => {
  const refuse = (message: string) => ({
    FilterLogEvents: () => ({ status: 400, body: { __type: 'ResourceNotFoundException', message } }),
  });
  answers = refuse('The specified log stream does not exist.');
  expect(await logsUnderTest().linesOf(place, { ...ofOne, since: 0, most: 5 })).toEqual({
    lines: [],
    leftOut: [],
    isWhole: true,
  });

  answers = refuse('The specified log group does not exist.');
  await expect(logsUnderTest().linesOf(place, { ...ofOne, since: 0, most: 5 })).rejects.toThrow('log group');
});
