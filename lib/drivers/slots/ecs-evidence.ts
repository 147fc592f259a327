import type { Workload } from '../layout/layout.ts';
import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { EvidenceSource, LogEvidence, TaskEvidence } from '../evidence.ts';
import type { LogPlace } from '../task-logs.ts';

/** DescribeTasks takes at most 100 tasks a call; ECS itself forgets a stopped task after about an hour. */
const mostTasks = 100;
/** Of how many tasks the logs are read: those that started or stopped last. */
const loggedTasks = 5;
const linesEach = 100;
const longestLine = 2000;

/** Tasks as ECS knows them, and their logs where the `awslogs` driver sends them to CloudWatch Logs. */
export function ecsEvidence(ecs: ECSClient, logs: CloudWatchLogsClient): EvidenceSource {
  const list = async ({ cluster, service }: Workload, desiredStatus: 'RUNNING' | 'STOPPED') =>
    (await ecs.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus, maxResults: mostTasks })))
      .taskArns ?? [];

  const lastLines = async (task: TaskEvidence, configured: LogPlace): Promise<LogEvidence> => {
    const { container, group } = configured;
    const stream = `${configured.prefix}/${container}/${task.task.slice(task.task.lastIndexOf('/') + 1)}`;
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: linesEach, startFromHead: false }),
    );
    const lines = events.map(({ timestamp = 0, message = '' }) => ({
      at: new Date(timestamp).toISOString(),
      text: message.slice(0, longestLine),
    }));
    return { task: task.task, container, group, stream, lines };
  };

  return {
    async tasks(workload, taskDefinition) {
      const arns = [...(await list(workload, 'RUNNING')), ...(await list(workload, 'STOPPED'))];
      const found: TaskEvidence[] = [];
      for (let start = 0; start < arns.length; start += mostTasks) {
        const batch = arns.slice(start, start + mostTasks);
        const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: workload.cluster, tasks: batch }));
        found.push(...tasks.filter((task) => task.taskDefinitionArn === taskDefinition).map(evidenceOf));
      }
      return found.sort((left, right) => newest(right).localeCompare(newest(left)));
    },

    async logs(taskDefinition, tasks) {
      const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      const missing: string[] = [];
      const configured = (described.taskDefinition?.containerDefinitions ?? []).flatMap((container) => {
        const awsLogs = awsLogsOf(container);
        if (typeof awsLogs !== 'string') return [awsLogs];
        missing.push(awsLogs);
        return [];
      });
      const wanted = tasks.slice(0, loggedTasks).flatMap((task) => configured.map((one) => ({ task, one })));
      const read = await Promise.allSettled(wanted.map(({ task, one }) => lastLines(task, one)));
      read.forEach((result, index) => {
        if (result.status === 'fulfilled') return;
        const said = result.reason instanceof Error ? result.reason.message : String(result.reason);
        missing.push(
          `no log lines of ${wanted[index]?.one.container ?? ''} in ${wanted[index]?.task.task ?? ''}: ${said}`,
        );
      });
      return { logs: read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])), missing };
    },
  };
}

/** Where a container's lines go, or why they cannot be found there. */
export function awsLogsOf({ name = '', logConfiguration }: ContainerDefinition): LogPlace | string {
  if (logConfiguration === undefined) return `container ${name} has no log configuration`;
  if (logConfiguration.logDriver !== 'awslogs')
    return `container ${name} logs by ${logConfiguration.logDriver ?? 'nothing'}, not by awslogs`;
  const group = logConfiguration.options?.['awslogs-group'];
  const prefix = logConfiguration.options?.['awslogs-stream-prefix'];
  if (group === undefined || prefix === undefined)
    return `container ${name} names no awslogs-group or no awslogs-stream-prefix`;
  const region = logConfiguration.options?.['awslogs-region'];
  return { container: name, group, prefix, ...(region === undefined ? {} : { region }) };
}

function evidenceOf(task: Task): TaskEvidence {
  return {
    task: task.taskArn ?? '',
    lastStatus: task.lastStatus ?? '',
    startedAt: task.startedAt?.toISOString(),
    stoppedAt: task.stoppedAt?.toISOString(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map(({ name = '', exitCode, reason, imageDigest }) => ({
      name,
      exitCode,
      reason,
      digest: imageDigest,
    })),
  };
}

function newest({ stoppedAt, startedAt }: TaskEvidence): string {
  return stoppedAt ?? startedAt ?? '';
}
