import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as YAML from 'yaml';
import * as z from 'zod';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { rolloutTable } from '../contract/rollout-table.ts';
import { digestOf, modelArns } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { declaredFunctions } from '../serverless/declared.ts';
import { lambdaContext } from './lambda-context.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
const read = (file: string): unknown =>
  YAML.parse(readFileSync(path.join(projectRoot, file), 'utf8'), { merge: true, logLevel: 'silent' });
const environment = z.record(z.string(), z.unknown()).default({});
const functions = z.record(z.string(), z.looseObject({ handler: z.string(), environment })).parse(declaredFunctions());
const shared = z.looseObject({ provider: z.looseObject({ environment }) }).parse(read('serverless.yml'));

const module = z.object({
  handler: z.custom<(event: unknown, context: typeof lambdaContext) => Promise<unknown>>(),
});

let table: Awaited<ReturnType<typeof rolloutTable>>;
let store: RolloutStore;

beforeAll(async () => {
  table = await rolloutTable();
  store = dynamoDbRolloutStore(table.documents, table.name);
  const names = [shared.provider.environment, ...Object.values(functions).map((each) => each.environment)].flatMap(
    (each) => Object.keys(each),
  );
  for (const name of names.filter((each) => each !== 'NODE_OPTIONS')) {
    process.env[name] = name.endsWith('_URL')
      ? `${table.endpoint}/000000000000/none`
      : `arn:aws:states:us-east-1:000000000000:stateMachine:none`;
  }
  Object.assign(process.env, {
    TABLE_NAME: table.name,
    STAGE: 'test',
    GUARD_GROUP: 'none',
    POWERTOOLS_SERVICE_NAME: 'sluice',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: table.endpoint,
  });
});

afterAll(async () => {
  await table.close();
});

const startedAt = '2026-03-01T10:00:00.000Z';

interface Rollout {
  readonly rolloutId: string;
  readonly service: string;
  readonly executionArn: string;
  readonly traceId: string;
  readonly fence: number;
}

/** A rollout in its first bake, in the real table. */
async function bakingRollout(name: string): Promise<Rollout> {
  const service = `of-${name.toLowerCase()}`.slice(0, 32);
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:sluice-test-rollout:${name}`;
  const id = createHash('sha256').update(executionArn).digest('hex').slice(0, 6);
  const rolloutId = `${service}-20260301-100000-${id}`;
  const traceId = `trace-of-${name}`;
  const journey = await journeyTo('shifted');
  const [opened, ...others] = await journey.events();
  if (opened?.type !== 'RolloutOpened') throw new Error('a record begins otherwise by now');
  const spec = { ...opened.spec, service };
  await store.putSpec(spec, 'a test', startedAt);
  const outcome = await store.open(rolloutId, { ...opened, service, spec, executionArn, traceId }, startedAt);
  if (outcome.outcome !== 'opened') throw new Error('the service is busy');
  const { fence } = await store.append(outcome.stored, others, startedAt);
  return { rolloutId, service, executionArn, traceId, fence };
}

const streamRecord = (pk: string, sk: string) => ({
  Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', Keys: { pk: { S: pk }, sk: { S: sk } } } }],
});
const queueRecord = (body: unknown) => ({
  Records: [
    {
      messageId: '1',
      receiptHandle: '1',
      body: JSON.stringify(body),
      attributes: { ApproximateReceiveCount: '1' },
    },
  ],
});

/** What every state of a machine is called with, and more: each takes what it knows. */
const stateInput = ({ rolloutId, service, fence }: Rollout) => ({
  rolloutId,
  service,
  fence,
  step: 0,
  check: 'autoscaling',
  results: [{ name: 'image', passed: true, saw: 'x', expected: 'y' }],
  item: { kind: 'rule', arn: modelArns.rule, actions: [{ Type: 'forward' }] },
  startedAt,
  since: 'now',
  request: { by: 'ada', reason: 'a test' },
  error: { Error: 'Timeout', Cause: 'a test' },
  taskToken: 'token',
});

/** Input of what no state calls; the rest gets `stateInput`. */
const triggers: Readonly<Partial<Record<string, (rollout: Rollout) => unknown>>> = {
  OpenRollout: ({ service, executionArn }) => ({ request: { service, image: '412-9f8d111' }, executionArn, startedAt }),
  ReceivePush: ({ traceId }) => ({
    id: traceId,
    source: 'aws.ecr',
    'detail-type': 'ECR Image Action',
    detail: {
      'action-type': 'PUSH',
      result: 'SUCCESS',
      'repository-name': 'shop/nobody',
      'image-digest': digestOf('b'),
      'image-tag': '412-9f8d111',
    },
  }),
  ReceiveHook: ({ traceId }) => ({
    id: traceId,
    ...{ source: 'local.ecs', 'detail-type': 'ECS Hook State Change' },
    detail: {
      ...{ eventName: 'HOOK_AWAITING_ACTION', hookType: 'PAUSE', hookId: 'ecs-pause-1' },
      serviceArn: 'arn:aws:ecs:us-east-1:000000000000:service/main/nobody',
      serviceDeploymentArn: 'arn:aws:ecs:us-east-1:000000000000:service-deployment/main/nobody/1',
    },
  }),
  ReceiveRequest: ({ service, traceId }) => ({
    id: traceId,
    source: 'ci.example',
    'detail-type': 'sluice.rollout.requested',
    detail: { version: 1, service, image: '412-9f8d111' },
  }),
  WatchExecution: ({ executionArn, service }) => ({
    detail: {
      executionArn,
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:sluice-test-rollout',
      name: executionArn.slice(executionArn.lastIndexOf(':') + 1),
      status: 'ABORTED',
      input: JSON.stringify({ service }),
    },
  }),
  WatchAlarms: ({ traceId }) => ({
    id: traceId,
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    time: startedAt,
    resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:none'],
    detail: { alarmName: 'none', state: { value: 'ALARM', reason: 'a test' } },
  }),
  Health: () => ({ httpMethod: 'GET', path: '/health' }),
  Reconcile: ({ service }) => ({ services: [service], dryRun: true }),
  StartWaiting: ({ service }) => ({ service, isNews: true }),
  RelayHints: ({ rolloutId }) => streamRecord(`ROLLOUT#${rolloutId}`, 'WAKE#1'),
  ReportAlteration: ({ rolloutId }) => ({ rolloutId, sequence: 1, how: 'changed' }),
  ArchiveRecord: ({ rolloutId }) => ({ items: [{ pk: `ROLLOUT#${rolloutId}`, sk: 'EVENT#00000001' }] }),
  PublishFromStream: ({ rolloutId }) => streamRecord(`ROLLOUT#${rolloutId}`, 'EVENT#00000001'),
  OpenRelease: ({ rolloutId, executionArn }) => ({ request: {}, executionArn, executionName: rolloutId, startedAt }),
  StepRelease: ({ rolloutId, executionArn }) => ({ releaseId: rolloutId, executionArn, turns: 0 }),
  TellRelease: ({ rolloutId }) => ({
    releaseId: rolloutId,
    told: { direction: 'abort', by: 'ada', reason: 'a test' },
  }),
  ReviveReleases: () => ({}),
  LookAtEmergency: ({ service }) => ({ service, number: 1 }),
  LookAtIncident: ({ service }) => ({ service, number: 1, reopened: 0, startedAt }),
  RaiseCapacity: ({ service }) => ({ service, number: 1 }),
  BringBackGood: ({ service }) => ({ service, number: 1 }),
  KeepPage: ({ service }) => ({ service, number: 1, wanted: 'on' }),
  OrderEmergency: ({ executionArn }) => ({
    detail: { stateMachineArn: executionArn, name: 'none', status: 'ABORTED', input: '{}' },
  }),
  Deliver: ({ rolloutId }) => queueRecord({ rolloutId, channel: 'everything' }),
  Remind: ({ rolloutId }) => queueRecord({ rolloutId, type: 'BakeHeld', at: startedAt, turn: 1 }),
};

async function linesOf(name: string, rollout: Rollout): Promise<readonly Record<string, unknown>[]> {
  const file = `${(functions[name]?.handler ?? '').replace(/\.handler$/, '')}.ts`;
  const { handler } = module.parse(await import(path.join(projectRoot, file)));
  const lines: string[] = [];
  const write = (line: unknown) => {
    lines.push(...String(line).split('\n'));
    return true;
  };
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await handler((triggers[name] ?? stateInput)(rollout), lambdaContext).catch(() => undefined);
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

/** What a line about a rollout can be found by, and what is known where no rollout was read yet. */
const ofRollout = ['rolloutId', 'rolloutService', 'step', 'traceId'] as const;
const known: Readonly<Partial<Record<string, readonly string[]>>> = {
  ReceivePush: ['traceId'],
  ReceiveHook: ['traceId'],
  ReceiveRequest: ['traceId', 'rolloutService'],
  WatchExecution: ['executionArn'],
  // It looks at the rollouts of every service.
  WatchAlarms: [],
  CheckLiveWeights: [],
  Reconcile: [],
  StartWaiting: ['rolloutService'],
  RelayHints: ['rolloutId'],
  // It copies items of any rollouts and services.
  ArchiveRecord: [],
  // Here it finds no token of a task that waits, and reads no rollout.
  ResumeRollout: ['rolloutId'],
  TestNotifications: ['rolloutService'],
  // A page is of a service, not of a rollout.
  KeepMaintenance: ['rolloutService'],
  // So is an emergency; its function is told of executions, too.
  OrderEmergency: [],
  LookAtEmergency: ['rolloutService'],
  LookAtIncident: ['rolloutService'],
  RaiseCapacity: ['rolloutService'],
  BringBackGood: ['rolloutService'],
  KeepPage: ['rolloutService'],
  Health: [],
  // A release is several rollouts; it is found by its own id.
  OpenRelease: ['executionArn'],
  StepRelease: ['releaseId', 'executionArn'],
  TellRelease: ['releaseId'],
  ReviveReleases: [],
  // What comes from a browser is not logged: addresses of pages are secret.
  ShowDecision: [],
  SignIn: [],
  TakeDecision: [],
  AnswerSlack: [],
  HearPagerDuty: [],
  ShowConsole: [],
  ActInConsole: [],
  OpenConsole: [],
};

describe('the last line that a function writes', () => {
  test.each(Object.keys(functions))('of %s is JSON and can be found', async (name) => {
    const rollout = await bakingRollout(name);
    const line = (await linesOf(name, rollout)).at(-1);
    const { service: rolloutService, ...names } = rollout;
    const values = { ...names, rolloutService, step: 0, releaseId: names.rolloutId };

    expect(line).toMatchObject({
      service: 'sluice',
      level: expect.stringMatching(/^(INFO|WARN|ERROR)$/),
      function_request_id: 'request-1',
      ...Object.fromEntries(
        Object.entries(values).filter(([key]) => (known[name] ?? ofRollout).some((one) => one === key)),
      ),
    });
  });
});
