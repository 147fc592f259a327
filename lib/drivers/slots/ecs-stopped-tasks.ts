import { DescribeTasksCommand, type ECSClient, paginateListTasks, type Task } from '@aws-sdk/client-ecs';
import type { StoppedTask, StoppedTasks } from '../stopped-tasks.ts';

/** DescribeTasks takes at most 100 tasks a call. */
const mostTasks = 100;
/** Of a service that ends more tasks within an hour, others are as good a sample. */
const mostPages = 10;
/** The scheduler stops a task whose target or container is unhealthy; by the code alone it could also be a scaling. */
const failedHealthCheck = /^Task failed (?:ELB|container) health checks/i;

/** Tasks of Amazon ECS services that have stopped: two calls, one after the other, for each hundred of them. */
export function ecsStoppedTasks(client: ECSClient): StoppedTasks {
  return {
    async stoppedTasks({ cluster, service }) {
      const found: Task[] = [];
      let pages = 0;
      for await (const { taskArns = [] } of paginateListTasks(
        { client, pageSize: mostTasks },
        { cluster, serviceName: service, desiredStatus: 'STOPPED' },
      )) {
        if (taskArns.length > 0) {
          const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
          found.push(...tasks);
        }
        pages += 1;
        if (pages === mostPages) break;
      }
      return found.map(stoppedTask).toSorted((left, right) => orderOf(right).localeCompare(orderOf(left)));
    },
  };
}

function stoppedTask({
  taskArn = '',
  taskDefinitionArn = '',
  stoppedAt,
  stopCode,
  stoppedReason = '',
  containers,
}: Task): StoppedTask {
  const ofContainers = (containers ?? []).flatMap(({ name = '', exitCode, reason }) => {
    const words = [exitCode === undefined ? '' : `exit code ${exitCode}`, reason ?? ''].filter((word) => word !== '');
    return words.length === 0 ? [] : [`${name}: ${words.join(', ')}`];
  });
  const words = [stoppedReason, ...ofContainers].filter((word) => word !== '');
  return {
    task: taskArn.slice(taskArn.lastIndexOf('/') + 1),
    taskDefinition: taskDefinitionArn,
    stoppedAt: stoppedAt?.toISOString(),
    reason: words.length === 0 ? 'ECS says no reason' : words.join('; '),
    endedByItself: stopCode === 'EssentialContainerExited' || failedHealthCheck.test(stoppedReason),
  };
}

/** A task that still stops is newer than every one that has stopped. */
function orderOf({ stoppedAt }: StoppedTask): string {
  return stoppedAt ?? '~';
}
