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
} from '@aws-sdk/client-ecs';
import type { LogLine, LogPlace, TaskLogs } from '../task-logs.ts';
import { awsLogsOf } from './ecs-evidence.ts';

/** DescribeTasks takes at most 100 tasks a call. */
const mostTasks = 100;
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

    async tasksOf({ cluster, service }, taskDefinition) {
      const listed = await Promise.all(
        (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
          ecs.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus, maxResults: mostTasks })),
        ),
      );
      const batches = listed.map(({ taskArns = [] }) => taskArns).filter((arns) => arns.length > 0);
      const described = await Promise.all(
        batches.map((tasks) => ecs.send(new DescribeTasksCommand({ cluster, tasks }))),
      );
      return described
        .flatMap(({ tasks = [] }) => tasks)
        .filter(({ taskDefinitionArn }) => taskDefinitionArn === taskDefinition)
        .toSorted((left, right) => Number(right.createdAt ?? 0) - Number(left.createdAt ?? 0))
        .flatMap(({ taskArn = '' }) => taskArn.slice(taskArn.lastIndexOf('/') + 1) || []);
    },

    async linesOf(place, tasks, since, most) {
      const { group: logGroupName, container, prefix } = place;
      const asked = { logGroupName, logStreamNamePrefix: `${prefix}/${container}/`, startTime: since };
      const client = logsIn(place.region);
      let lines: readonly LogLine[] = [];
      let leftOut = 0;
      let nextToken: string | undefined;
      for (let page = 1; page <= mostPages; page += 1) {
        const answer = await orNoStream(client.send(new FilterLogEventsCommand({ ...asked, nextToken })));
        const found = (answer.events ?? []).flatMap((event) => lineOf(event, place, tasks));
        const all = [...lines, ...found];
        leftOut += Math.max(0, all.length - most);
        lines = all.slice(-most);
        nextToken = answer.nextToken;
        if (nextToken === undefined) return { lines, leftOut, isWhole: true };
      }
      return { lines, leftOut, isWhole: false };
    },
  };
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
