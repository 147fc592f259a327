import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { ecsStoppedTasks } from '../../../lib/drivers/slots/ecs-stopped-tasks.ts';

/** ECS, as it answers of one service with these tasks. */
function answering(tasks: readonly Task[]): ECSClient {
  const client = new ECSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  client.middlewareStack.add(
    (_, { commandName }) =>
      () => {
        const $metadata = {};
        if (commandName === ListTasksCommand.name)
          return Promise.resolve({
            response: {},
            output: { $metadata, taskArns: tasks.map(({ taskArn }) => taskArn) },
          });
        if (commandName === DescribeTasksCommand.name)
          return Promise.resolve({ response: {}, output: { $metadata, tasks } });
        return Promise.reject(new Error(`${String(commandName)} is not expected`));
      },
    { step: 'initialize' },
  );
  return client;
}

const group = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-b/0123456789abcdef';
const workload = { cluster: 'shop', service: 'web-b' };

/** Codes and reasons as the developer guide of Amazon ECS lists them for stopped tasks. */
test.each<[code: string, reason: string, endedByItself: boolean]>([
  ['EssentialContainerExited', 'Essential container in task exited', true],
  ['EssentialContainerExited', 'OutOfMemoryError: Container killed due to memory usage', true],
  ['ServiceSchedulerInitiated', `Task failed ELB health checks in (target-group ${group})`, true],
  ['ServiceSchedulerInitiated', 'Task failed container health checks', true],
  ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/0123456789012345678)', false],
  ['SpotInterruption', 'Your Spot Task was interrupted.', false],
  ['TerminationNotice', 'Host EC2 (instance i-0123456789abcdef0) terminated.', false],
  ['UserInitiated', 'Task stopped by user', false],
  ['UserInitiated', 'ECS is performing maintenance on the underlying infrastructure hosting the task.', false],
  ['TaskFailedToStart', 'CannotPullContainerError: pull image manifest has been retried 5 time(s)', false],
])('%s, %s', async (stopCode, stoppedReason, endedByItself) => {
  const client = answering([
    {
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/shop/one',
      taskDefinitionArn: 'web:2',
      stopCode,
      stoppedReason,
    },
  ] as Task[]);

  const [found] = await ecsStoppedTasks(client).stoppedTasks(workload);

  expect(found).toMatchObject({ task: 'one', endedByItself, reason: stoppedReason });
});

test('a service whose tasks run on has none', async () => {
  expect(await ecsStoppedTasks(answering([])).stoppedTasks(workload)).toEqual([]);
});

test('all pages of them are read', async () => {
  const client = new ECSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const pages = [['one', 'two'], ['three'], []];
  client.middlewareStack.add(
    (_, { commandName }) =>
      ({ input }) => {
        const page = 'nextToken' in input ? Number(input.nextToken ?? 0) : 0;
        const asked = 'tasks' in input ? (input.tasks ?? []) : [];
        const more = page + 1 < pages.length ? { nextToken: String(page + 1) } : {};
        const output =
          commandName === ListTasksCommand.name
            ? { $metadata: {}, taskArns: pages[page], ...more }
            : { $metadata: {}, tasks: asked.map((taskArn) => ({ taskArn })) };
        return Promise.resolve({ response: {}, output });
      },
    { step: 'initialize' },
  );

  const found = await ecsStoppedTasks(client).stoppedTasks(workload);

  expect(found.map(({ task }) => task).toSorted()).toEqual(['one', 'three', 'two']);
});
