import type { Workload } from '../layout/layout.ts';
import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { SlotRuntime } from '../slot-runtime.ts';

/** DescribeTasks takes at most 100 tasks a call, and ListTasks lists as many. */
const tasksBatch = 100;
/** ECS takes a burst of 40 StopTask calls, shared with others of the account. */
const stopsAtOnce = 10;
const stopReason = 'openRequests: cut';

/**
 * Tasks of a service that is scaled down. ECS takes such a task out of its target groups, waits for their deregistration delay and
 * only then sends SIGTERM; StopTask sends it at once. A task that stops is listed among the stopped ones from the beginning.
 */
export function ecsRemainingTasks(client: ECSClient): Pick<SlotRuntime, 'remainingTasks' | 'stopTasks'> {
  const tasksOf = async ({ cluster, service }: Workload, desiredStatus: 'RUNNING' | 'STOPPED') => {
    const found: Task[] = [];
    let nextToken: string | undefined;
    do {
      const listed = await client.send(
        new ListTasksCommand({ cluster, serviceName: service, desiredStatus, maxResults: tasksBatch, nextToken }),
      );
      nextToken = listed.nextToken;
      const tasks = listed.taskArns ?? [];
      if (tasks.length > 0)
        found.push(...((await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []));
    } while (nextToken !== undefined);
    return found;
  };
  const both = async (workload: Workload) => {
    const stopping = await tasksOf(workload, 'STOPPED');
    return { running: await tasksOf(workload, 'RUNNING'), stopping };
  };

  return {
    async remainingTasks(workload) {
      const { running, stopping } = await both(workload);
      const stopped = stopping.flatMap(({ stoppedAt }) => (stoppedAt === undefined ? [] : [stoppedAt.toISOString()]));
      return {
        left: running.length + stopping.filter(isLeft).length,
        lastStoppedAt: stopped.toSorted().at(-1),
      };
    },

    async stopTasks(workload, keep, reason = stopReason) {
      const { running, stopping } = await both(workload);
      const ends = [...stopping.filter(isLeft), ...running.slice(keep)];
      for (let start = 0; start < ends.length; start += stopsAtOnce) {
        const calls = ends
          .slice(start, start + stopsAtOnce)
          .map(({ taskArn }) => client.send(new StopTaskCommand({ cluster: workload.cluster, task: taskArn, reason })));
        await Promise.all(calls);
      }
      return ends.length;
    },
  };
}

function isLeft({ lastStatus }: Task): boolean {
  return lastStatus !== 'STOPPED';
}
