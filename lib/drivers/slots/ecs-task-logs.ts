import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilteredLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type ListTasksCommandOutput,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Workload } from '../layout/layout.ts';
import type { LogLine, LogPlace, TaskLogs } from '../task-logs.ts';
import { awsLogsOf } from './ecs-evidence.ts';

/** DescribeTasks takes at most 100 tasks a call, and ListTasks lists as many. */
const tasksBatch = 100;
/** So many batches of running tasks, and as many of stopped ones, are read: others of the account share the rate of these calls. */
const mostBatches = 20;
/** A page has up to 1 MB or 10,000 lines; beyond these pages the span is too wide to be read by a person. */
const mostPages = 20;

/** Tasks by Amazon ECS, their lines by CloudWatch Logs in the region of their group. */
export function ecsTaskLogs(ecs: ECSClient, logsIn: (region: string | undefined) => CloudWatchLogsClient): TaskLogs {
  return {
    async placesOf(taskDefinition) {
      const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      const configured = (described.taskDefinition?.containerDefinitions ?? []).map(awsLogsOf);
      return {
        places: configured.flatMap((one) => (typeof one === 'string' ? [] : [one])),
        elsewhere: configured.flatMap((one) => (typeof one === 'string' ? [one] : [])),
      };
    },

    async tasksOf(workload, taskDefinition) {
      const read = await Promise.all([listed(ecs, workload, 'RUNNING'), listed(ecs, workload, 'STOPPED')]);
      const all = read.flatMap(({ found }) => found);
      const tasks = all
        .filter(({ taskDefinitionArn }) => taskDefinitionArn === taskDefinition)
        .toSorted((left, right) => Number(right.createdAt ?? 0) - Number(left.createdAt ?? 0))
        .flatMap(({ taskArn = '' }) => taskArn.slice(taskArn.lastIndexOf('/') + 1) || []);
      return { tasks, cutAt: read.every(({ isAll }) => isAll) ? undefined : all.length };
    },

    async linesOf(place, { tasks, since, most, known }) {
      const { group: logGroupName, container, prefix } = place;
      const asked = { logGroupName, logStreamNamePrefix: `${prefix}/${container}/`, startTime: since };
      const client = logsIn(place.region);
      let lines: readonly LogLine[] = [];
      const leftOut: Pick<LogLine, 'id' | 'at'>[] = [];
      let nextToken: string | undefined;
      for (let page = 1; page <= mostPages; page += 1) {
        const answer = await orNoStream(client.send(new FilterLogEventsCommand({ ...asked, nextToken })));
        const wanted = await tasks;
        const found = (answer.events ?? []).flatMap((event) => lineOf(event, place, wanted));
        const all = [...lines, ...found.filter(({ id }) => known?.has(id) !== true)];
        for (const { id, at } of all.slice(0, -most)) leftOut.push({ id, at });
        lines = all.slice(-most);
        nextToken = answer.nextToken;
        if (nextToken === undefined) return { lines, leftOut, isWhole: true };
      }
      return { lines, leftOut, isWhole: false };
    },
  };
}

/** @returns tasks of a service in every version, and whether those are all */
async function listed(ecs: ECSClient, { cluster, service }: Workload, desiredStatus: 'RUNNING' | 'STOPPED') {
  const found: Task[] = [];
  let nextToken: string | undefined;
  for (let batch = 1; batch <= mostBatches; batch += 1) {
    const page: ListTasksCommandOutput = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus, maxResults: tasksBatch, nextToken }),
    );
    const { taskArns: tasks = [] } = page;
    if (tasks.length > 0) found.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []));
    nextToken = page.nextToken;
    if (nextToken === undefined) return { found, isAll: true };
  }
  return { found, isAll: false };
}

interface Answer {
  readonly events?: readonly FilteredLogEvent[] | undefined;
  readonly nextToken?: string | undefined;
}

/** Tasks that have written nothing have no stream yet: that is no failure. */
async function orNoStream(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const isStream =
      error instanceof Error && error.name === 'ResourceNotFoundException' && /log stream/i.test(error.message);
    if (isStream) return {};
    throw error;
  }
}

function lineOf(
  { logStreamName = '', eventId, timestamp = 0, message = '' }: FilteredLogEvent,
  { container, prefix }: LogPlace,
  tasks: ReadonlySet<string>,
): readonly LogLine[] {
  const task = logStreamName.slice(`${prefix}/${container}/`.length);
  if (!tasks.has(task)) return [];
  return [{ id: eventId ?? `${logStreamName} ${timestamp} ${message}`, at: timestamp, task, text: message }];
}
