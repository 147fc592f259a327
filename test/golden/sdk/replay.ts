import { Readable } from 'node:stream';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { applicationAutoScalingCapacity } from '../../../lib/drivers/slots/application-auto-scaling-capacity.ts';
import { cloudTrailAuditTrail } from '../../../lib/platform/cloudtrail-audit-trail.ts';
import { cloudWatchAlarms } from '../../../lib/metrics/cloudwatch/alarms.ts';
import { cloudWatchMetricSource } from '../../../lib/metrics/cloudwatch/metric-source.ts';
import { dynamoDbRolloutStore } from '../../../lib/storage/dynamodb-rollout-store.ts';
import { dynamoDbTaskTokens, sfnWaitingExecutions } from '../../../lib/storage/dynamodb-task-tokens.ts';
import { ecrImageRegistry } from '../../../lib/platform/ecr-image-registry.ts';
import { ecsEvidence } from '../../../lib/drivers/slots/ecs-evidence.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { ecsStoppedTasks } from '../../../lib/drivers/slots/ecs-stopped-tasks.ts';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { s3EvidenceArchive } from '../../../lib/storage/s3-evidence-archive.ts';
import { schedulerSchedules } from '../../../lib/platform/scheduler-schedules.ts';
import { sfnExecutions } from '../../../lib/platform/sfn-executions.ts';
import { snsAnnouncer } from '../../../lib/platform/sns-announcer.ts';
import { sqsOutbox } from '../../../lib/platform/sqs-outbox.ts';
import { clientThrough, describeCommand, Table } from '../../simulation/aws/table.ts';
import { Answers, type Input } from './answers.ts';
import type { Facts, PortCall } from './calls.ts';

/** One request of the SDK: the service, the command, and what it is given. */
export interface SdkRequest {
  readonly service: string;
  readonly command: string;
  readonly input: Input;
}

const record = z.record(z.string(), z.unknown());

const account = 'eu-west-1:111122223333';
const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
const machine = (name: string) => `arn:aws:states:${account}:stateMachine:sluice-test-${name}`;
const queue = (name: string) => `https://sqs.eu-west-1.amazonaws.com/111122223333/sluice-test-${name}`;

/** The product's adapters on clients of the SDK that send nothing: each request is kept and answered from the model. */
export class Replay {
  readonly #requests: SdkRequest[] = [];
  readonly #answers = new Answers();
  readonly #table = new Table(() => undefined);
  #facts: Facts | undefined;

  readonly adapters = this.#adaptersOf();

  /** Makes the call that a port of the model was asked for, and returns what AWS was sent for it, with the error where it fails. */
  async requestsOf({ port, method, args, facts }: PortCall): Promise<{ sent: readonly SdkRequest[]; failed?: string }> {
    this.#requests.length = 0;
    this.#facts = facts;
    if (port === 'store' && method === 'claim') return { sent: [] };
    const adapter: unknown = Reflect.get(this.adapters, port);
    const call: unknown = typeof adapter === 'object' && adapter !== null ? Reflect.get(adapter, method) : undefined;
    if (typeof call !== 'function') throw new Error(`no adapter has ${port}.${method}`);
    try {
      await Reflect.apply(call, adapter, [...args]);
      return { sent: [...this.#requests] };
    } catch (error) {
      return {
        sent: [...this.#requests],
        failed: error instanceof Error ? `${error.name}: ${error.message}` : 'error',
      };
    }
  }

  /** Does what the rollback machine's own call to the table does, so that later conditions meet what it left. */
  claimed(rolloutId: string, fence: number, claimedBy: string): void {
    this.#table.update({
      TableName: 'record',
      Key: { pk: `ROLLOUT#${rolloutId}`, sk: 'STATE' },
      UpdateExpression: 'SET fence = :fence, claimedBy = :me',
      ExpressionAttributeValues: { ':fence': fence, ':me': claimedBy },
    });
  }

  #adaptersOf() {
    const keep = this.#keeping();
    const ecs = new ECSClient({
      ...settings,
      requestHandler: { handle: (request: unknown) => this.#onTheWire(request) },
    });
    const sfn = keep(new SFNClient(settings));
    const scheduler = keep(new SchedulerClient(settings));
    const documents = clientThrough((command) => this.#onTheTable(command));
    const schedule = { group: 'guard', roleArn: 'arn:role/guard', deadLetterArn: 'arn:queue/undelivered' };
    return {
      store: dynamoDbRolloutStore(documents, 'record'),
      router: elbTrafficRouter(keep(new ElasticLoadBalancingV2Client(settings))),
      runtime: ecsSlotRuntime(ecs),
      stoppedTasks: ecsStoppedTasks(ecs),
      capacity: applicationAutoScalingCapacity(keep(new ApplicationAutoScalingClient(settings))),
      registry: ecrImageRegistry(() => keep(new ECRClient(settings))),
      metrics: cloudWatchMetricSource(keep(new CloudWatchClient(settings))),
      alarms: cloudWatchAlarms(keep(new CloudWatchClient(settings))),
      trail: cloudTrailAuditTrail(keep(new CloudTrailClient(settings)), 'sluice-test-'),
      executions: sfnExecutions(sfn, machine('rollout')),
      rollbacks: sfnExecutions(sfn, machine('rollback')),
      retirements: sfnExecutions(sfn, machine('retirement')),
      schedules: schedulerSchedules(scheduler, { ...schedule, targetArn: machine('rollback') }),
      deadlines: schedulerSchedules(scheduler, { ...schedule, targetArn: 'arn:function/ExpireApproval' }),
      taskTokens: dynamoDbTaskTokens(documents, { secrets: 'people', record: 'record' }),
      waiting: sfnWaitingExecutions(documents, sfn, 'people'),
      announcer: snsAnnouncer(keep(new SNSClient(settings)), 'arn:topic/transitions'),
      evidence: ecsEvidence(ecs, keep(new CloudWatchLogsClient(settings))),
      archive: s3EvidenceArchive(keep(new S3Client(settings)), 'evidence'),
      outbox: sqsOutbox(keep(new SQSClient(settings)), {
        deliveriesUrl: queue('deliveries'),
        remindersUrl: queue('reminders'),
      }),
    };
  }

  /** Keeps what a client is asked for instead of sending it. */
  #keeping() {
    return <Client extends { readonly middlewareStack: { add(middleware: unknown, options: object): void } }>(
      client: Client,
    ): Client => {
      const keep =
        (_: unknown, { clientName = '', commandName = '' }: { clientName?: string; commandName?: string }) =>
        ({ input }: { readonly input: Input }) =>
          Promise.resolve({
            output: this.#answer(clientName.replace(/Client$/, ''), commandName, input),
            response: {},
          });
      client.middlewareStack.add(keep, { step: 'initialize', priority: 'high', name: 'keepRequest' });
      return client;
    };
  }

  #answer(service: string, commandName: string, input: Input): object {
    const command = commandName.replace(/Command$/, '');
    this.#requests.push({ service, command, input });
    if (this.#facts === undefined) throw new Error('nothing is replayed');
    return this.#answers.to(command, input, this.#facts);
  }

  /** The requests that the adapter of ECS writes itself are seen on the wire only. */
  async #onTheWire(request: unknown): Promise<object> {
    const { headers, body } = wireRequest(request);
    const command = headers['x-amz-target']?.split('.')[1] ?? '';
    const answer = this.#answer('ECS', command, parsedInput(body));
    await Promise.resolve();
    const text = JSON.stringify(answer);
    return { response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(text)]) } };
  }

  #onTheTable(command: unknown): Promise<object> {
    const { name, input } = commandOf(command);
    this.#requests.push({ service: 'DynamoDB', command: name, input });
    return Promise.resolve().then(() =>
      JSON.stringify(input).includes('"people"') ? {} : this.#table.carryOut(command),
    );
  }
}

interface WireRequest {
  readonly headers: Readonly<Partial<Record<string, string>>>;
  readonly body: string;
}

const wire = z.object({ headers: z.record(z.string(), z.string()), body: z.unknown() });

function wireRequest(request: unknown): WireRequest {
  const { headers, body } = wire.parse(request);
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { headers: Object.fromEntries(named), body: textOf(body) };
}

function textOf(body: unknown): string {
  return ArrayBuffer.isView(body)
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
    : String(body);
}

function parsedInput(body: string): Input {
  return record.parse(JSON.parse(body));
}

function commandOf(command: unknown): { readonly name: string; readonly input: Input } {
  const { input } = z.object({ input: record }).parse(command);
  return { name: describeCommand(command).name, input };
}
