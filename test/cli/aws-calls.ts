import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { setImmediate } from 'node:timers/promises';
import { ecsSlotRuntime } from '../../lib/drivers/slots/ecs-slot-runtime.ts';
import { ecsTaskLogs } from '../../lib/drivers/slots/ecs-task-logs.ts';
import { ecsStoppedTasks } from '../../lib/drivers/slots/ecs-stopped-tasks.ts';
import { elbTrafficRouter } from '../../lib/drivers/slots/elb-traffic-router.ts';
import type { AlarmAdmin } from '../../lib/cli/alarms/alarm-admin.ts';
import { cloudWatchAlarmAdmin } from '../../lib/cli/alarms/cloudwatch-alarm-admin.ts';
import type { Stack } from '../../lib/cli/cli-context.ts';
import type { Emergencies } from '../../lib/ports/emergencies.ts';
import type { Incidents } from '../../lib/ports/incidents.ts';
import type { ReleaseStore } from '../../lib/ports/releases.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { Troubles } from '../../lib/ports/troubles.ts';
import { dynamoDbEmergencies } from '../../lib/storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../../lib/storage/dynamodb-incidents.ts';
import { dynamoDbReleases } from '../../lib/storage/dynamodb-releases.ts';
import { dynamoDbTroubles } from '../../lib/storage/dynamodb-troubles.ts';
import { newestEventByQuery } from '../../lib/storage/dynamodb-newest-event.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { clientThrough, Table } from '../simulation/aws/table.ts';

const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
const task = 'arn:aws:ecs:eu-west-1:111122223333:task/main/f00';

/** As much as one page of a query holds. */
const pageBytes = 1024 * 1024;

type Item = Readonly<Record<string, unknown>>;

interface CountedClient {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

/** The product's own adapters on a table and slots in memory, which count the calls and how many of them come one after another. */
export class CountedAws {
  readonly #table = new Table(() => undefined);
  calls = 0;
  /** Calls of the longest row: each began after the one before it had been answered. */
  inRow = 0;
  #answered = 0;
  isCounting = false;

  readonly #documents = clientThrough((command) => this.#counted(() => this.#carryOut(command)));
  readonly store: RolloutStore = dynamoDbRolloutStore(
    this.#documents,
    'record',
    newestEventByQuery(this.#documents, 'record'),
  );
  readonly incidents: Incidents = dynamoDbIncidents(this.#documents, 'record');
  readonly emergencies: Emergencies = dynamoDbEmergencies(this.#documents, 'record');
  readonly releases: ReleaseStore = dynamoDbReleases(this.#documents, 'record');
  readonly troubles: Troubles = dynamoDbTroubles(this.#documents, 'record');
  readonly seen: Stack['seen'];
  readonly logs: Stack['logs'];
  readonly alarms: AlarmAdmin;

  constructor() {
    const ecs = this.#client(new ECSClient(settings));
    const router = elbTrafficRouter(this.#client(new ElasticLoadBalancingV2Client(settings)));
    const lines = this.#client(new CloudWatchLogsClient(settings));
    this.logs = ecsTaskLogs(ecs, () => lines);
    this.alarms = cloudWatchAlarmAdmin(this.#client(new CloudWatchClient(settings)));
    this.seen = { router, runtime: ecsSlotRuntime(ecs), tasks: ecsStoppedTasks(ecs) };
  }

  begin(): void {
    Object.assign(this, { calls: 0, inRow: 0, isCounting: true });
    this.#answered = 0;
  }

  /** Counts a call of another service of AWS. */
  call<Answer>(answer: () => Answer): Promise<Answer> {
    return this.#counted(answer);
  }

  /** Counts the calls of another client, which are answered by name and input. */
  answering<Client extends CountedClient>(client: Client, answer: (name: string, input: Item) => object): Client {
    const counted =
      (_: unknown, { commandName = '' }: { readonly commandName?: string }) =>
      ({ input }: { readonly input: Item }) =>
        this.#counted(() => ({ output: answer(commandName, input), response: {} }));
    client.middlewareStack.add(counted, { step: 'initialize', priority: 'high', name: 'counted' });
    return client;
  }

  async #counted<Answer>(answer: () => Answer): Promise<Answer> {
    if (!this.isCounting) return answer();
    this.calls += 1;
    const place = this.#answered + 1;
    this.inRow = Math.max(this.inRow, place);
    await setImmediate();
    this.#answered = Math.max(this.#answered, place);
    return answer();
  }

  /** A query answers with one page of 1 MB, as DynamoDB does. */
  #carryOut(command: unknown): object {
    const answer = this.#table.carryOut(command);
    if (!(command instanceof QueryCommand) || !('Items' in answer) || !Array.isArray(answer.Items)) return answer;
    const after = String(command.input.ExclusiveStartKey?.['sk'] ?? '');
    const items: readonly Item[] = answer.Items;
    const left = items.filter((item) => String(item['sk']) > after);
    let bytes = 0;
    const page = left.filter((item) => {
      const isFirst = bytes === 0;
      bytes += JSON.stringify(item).length;
      return isFirst || bytes <= pageBytes;
    });
    const last = page.at(-1);
    return page.length === left.length ? { Items: page } : { Items: page, LastEvaluatedKey: last };
  }

  #client<Client extends CountedClient>(client: Client): Client {
    return this.answering(client, (_, input) => answerTo(input));
  }
}

const logging = {
  name: 'app',
  logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web' } },
};

/** Enough of every answer for what the commands read. */
function answerTo(input: Item): object {
  const { services } = input;
  const counts = { desiredCount: 2, runningCount: 2 };
  const found = { status: 'ACTIVE', taskDefinition: 'web:1', ...counts };
  if (Array.isArray(services)) return { services: services.map((serviceName: unknown) => ({ serviceName, ...found })) };
  if ('AlarmNamePrefix' in input) return { MetricAlarms: [] };
  if ('taskDefinition' in input) return { taskDefinition: { containerDefinitions: [logging] } };
  if ('logGroupName' in input) {
    const [prefix, container] = ['web', 'app'];
    return {
      events: [{ eventId: 'one', logStreamName: `${prefix}/${container}/f00`, timestamp: 0, message: 'listening' }],
    };
  }
  if ('serviceName' in input) return { taskArns: [task] };
  if (!('tasks' in input)) return { TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] };
  const stopped = { stoppedAt: new Date(0), stoppedReason: 'Task failed ELB health checks' };
  const containers = [{ name: 'app', exitCode: 137 }];
  return { tasks: [{ taskArn: task, taskDefinitionArn: 'web:1', ...stopped, containers }] };
}
