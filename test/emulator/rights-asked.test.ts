import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRole, type Statement } from '../../local/emulator/iam-roles.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { emulatorUnderTest } from './emulator-under-test.ts';
import { allow, asRole, refusal, type RoleSettings } from './as-role.ts';

// The list of corrections in docs/aws-differences.md: what the emulator asks of IAM is what AWS asks.
let local: Awaited<ReturnType<typeof emulatorUnderTest>>;
let endpoint = '';

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const root = () => ({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
const signer = arn('iam', 'role/scheduled').replace('us-east-1', '');

/** How a request of a role with just these rights ends. */
const asking = async (statements: readonly Statement[], ask: (settings: RoleSettings) => Promise<unknown>) =>
  (await refusal(endpoint, statements, ask))?.name;

beforeAll(async () => {
  local = await emulatorUnderTest();
  endpoint = local.emulator.endpoint;
  await local.createTable('record');
  await new ECRClient(root()).send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  await new SQSClient(root()).send(new CreateQueueCommand({ QueueName: 'hints' }));
  await new SchedulerClient(root()).send(new CreateScheduleGroupCommand({ Name: 'sluice-local' }));
});
afterAll(() => local.close());

const schedule = (Name: string) => ({
  Name,
  GroupName: 'sluice-local',
  ScheduleExpression: 'at(2099-01-01T00:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  Target: { Arn: arn('states', 'stateMachine:rollback'), RoleArn: signer, Input: '{}' },
});
const passing = (role: string) =>
  allow('iam:PassRole', role, { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
const onItems = (Action: string, key: string) =>
  allow(Action, arn('dynamodb', 'table/record'), {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [key] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  });
const onItemsIn = (transaction: string) =>
  allow('dynamodb:PutItem', arn('dynamodb', 'table/record'), {
    'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': [transaction] },
  });
const onAttributes = (Action: string, names: readonly string[]) =>
  allow(Action, arn('dynamodb', 'table/record'), {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': names },
    Null: { 'dynamodb:Attributes': 'false' },
  });
const ofCondition = {
  ExpressionAttributeNames: { '#c': 'c' },
  ExpressionAttributeValues: { ':b': { N: '1' } },
};
const item = (pk: string) => ({ TableName: 'record', Item: { pk: { S: pk } } });
const event = (Source: string) => ({ Source, DetailType: 'Rollout', Detail: '{}' });

describe('a role is asked for what AWS asks for, and for no other resource', () => {
  test.each<[string, (settings: RoleSettings) => Promise<unknown>, readonly Statement[], readonly Statement[]]>([
    [
      'repositories by their names',
      (as) => new ECRClient(as).send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/web'] })),
      [allow('ecr:DescribeRepositories', arn('ecr', 'repository/shop/*'))],
      [allow('ecr:DescribeRepositories', arn('ecr', 'repository/other/*'))],
    ],
    [
      'all repositories',
      (as) => new ECRClient(as).send(new DescribeRepositoriesCommand({})),
      [allow('ecr:DescribeRepositories', arn('ecr', 'repository/*'))],
      [allow('ecr:DescribeRepositories', arn('ecr', 'repository/shop/web'))],
    ],
    [
      'images of a repository',
      (as) =>
        new ECRClient(as).send(new BatchGetImageCommand({ repositoryName: 'shop/web', imageIds: [{ imageTag: '1' }] })),
      [allow('ecr:BatchGetImage', arn('ecr', 'repository/shop/web'))],
      [allow('ecr:BatchGetImage', arn('ecr', 'repository/shop'))],
    ],
    [
      'each parameter by its name',
      (as) => new SSMClient(as).send(new GetParametersCommand({ Names: ['/sluice/a', '/sluice/b'] })),
      [allow('ssm:GetParameters', arn('ssm', 'parameter/sluice/*'))],
      [allow('ssm:GetParameters', arn('ssm', 'parameter/sluice/a'))],
    ],
    [
      'messages in batches',
      (as) =>
        new SQSClient(as).send(
          new SendMessageBatchCommand({
            QueueUrl: `${endpoint}/000000000000/hints`,
            Entries: [{ Id: '1', MessageBody: 'x' }],
          }),
        ),
      [allow('sqs:SendMessage', arn('sqs', 'hints'))],
      [allow('sqs:SendMessageBatch', arn('sqs', 'hints'))],
    ],
    [
      'events by their source',
      (as) => new EventBridgeClient(as).send(new PutEventsCommand({ Entries: [event('sluice')] })),
      [allow('events:PutEvents', arn('events', 'event-bus/default'), { StringEquals: { 'events:source': 'sluice' } })],
      [allow('events:PutEvents', arn('events', 'event-bus/default'), { StringEquals: { 'events:source': 'other' } })],
    ],
    [
      'an item by its leading key',
      (as) => new DynamoDBClient(as).send(new PutItemCommand(item('LINK#1'))),
      [onItems('dynamodb:PutItem', 'LINK#*')],
      [onItems('dynamodb:PutItem', 'TOKEN#*')],
    ],
    [
      'an item that is read, by its leading key',
      (as) => new DynamoDBClient(as).send(new GetItemCommand({ TableName: 'record', Key: { pk: { S: 'LINK#1' } } })),
      [onItems('dynamodb:GetItem', 'LINK#*')],
      [onItems('dynamodb:GetItem', 'TOKEN#*')],
    ],
    [
      'items that a query finds, by their leading key',
      (as) =>
        new DynamoDBClient(as).send(
          new QueryCommand({
            TableName: 'record',
            KeyConditionExpression: '#key=:one',
            ExpressionAttributeNames: { '#key': 'pk' },
            ExpressionAttributeValues: { ':one': { S: 'LINK#1' } },
          }),
        ),
      [onItems('dynamodb:Query', 'LINK#*')],
      [onItems('dynamodb:Query', 'TOKEN#*')],
    ],
    [
      'each item of a transaction, by its leading key',
      (as) =>
        new DynamoDBClient(as).send(
          new TransactWriteItemsCommand({ TransactItems: [{ Put: item('LINK#1') }, { Put: item('TOKEN#1') }] }),
        ),
      [onItems('dynamodb:PutItem', '*')],
      [onItems('dynamodb:PutItem', 'LINK#*')],
    ],
    [
      'an item that is put, by the transaction that it is in',
      (as) => new DynamoDBClient(as).send(new TransactWriteItemsCommand({ TransactItems: [{ Put: item('LINK#1') }] })),
      [onItemsIn('TransactWriteItems')],
      [onItemsIn('TransactGetItems')],
    ],
    [
      'an item that is put, by its attributes',
      (as) =>
        new DynamoDBClient(as).send(
          new PutItemCommand({
            ...item('LINK#1'),
            ConditionExpression: 'attribute_not_exists(a) OR #c = :b',
            ...ofCondition,
          }),
        ),
      [onAttributes('dynamodb:PutItem', ['pk', 'a', 'c'])],
      [onAttributes('dynamodb:PutItem', ['pk', 'a'])],
    ],
    [
      'an item that is updated, by what the expressions name',
      (as) =>
        new DynamoDBClient(as).send(
          new UpdateItemCommand({
            ...{ TableName: 'record', Key: { pk: { S: 'LINK#2' } }, UpdateExpression: 'SET #c = :b REMOVE d' },
            ...{ ConditionExpression: 'attribute_not_exists(a.b)', ...ofCondition },
          }),
        ),
      [onAttributes('dynamodb:UpdateItem', ['pk', 'a', 'c', 'd'])],
      [onAttributes('dynamodb:UpdateItem', ['pk', 'a', 'c'])],
    ],
    [
      'metrics, in whatever encoding',
      (as) =>
        new CloudWatchClient(as).send(
          new GetMetricDataCommand({ StartTime: new Date(0), EndTime: new Date(60_000), MetricDataQueries: [] }),
        ),
      [allow('cloudwatch:GetMetricData', '*')],
      [allow('cloudwatch:DescribeAlarms', '*')],
    ],
    [
      'a schedule that is made, in its group, and the role that it gets',
      (as) => new SchedulerClient(as).send(new CreateScheduleCommand(schedule('made'))),
      [allow('scheduler:CreateSchedule', arn('scheduler', 'schedule/sluice-local/*')), passing(signer)],
      [allow('scheduler:CreateSchedule', arn('scheduler', 'schedule/default/*')), passing(signer)],
    ],
    [
      'a schedule that is moved, in its group, and the role that it gets',
      (as) => new SchedulerClient(as).send(new UpdateScheduleCommand(schedule('made'))),
      [allow('scheduler:UpdateSchedule', arn('scheduler', 'schedule/sluice-local/*')), passing(signer)],
      [allow('scheduler:UpdateSchedule', arn('scheduler', 'schedule/sluice-local/*')), passing(`${signer}-other`)],
    ],
    [
      'a schedule that is ended, in its group',
      (as) => new SchedulerClient(as).send(new DeleteScheduleCommand({ Name: 'made', GroupName: 'sluice-local' })),
      [allow('scheduler:DeleteSchedule', arn('scheduler', 'schedule/sluice-local/*'))],
      [allow('scheduler:DeleteSchedule', arn('scheduler', 'schedule/default/*'))],
    ],
  ])('%s', async (_what, ask, enough, other) => {
    expect(await asking(other, ask)).toMatch(/^AccessDenied/);
    expect(await asking(enough, ask)).toBeUndefined();
  });

  test('lines of a log stream: the right on its group alone does not do', async () => {
    const ask = (as: RoleSettings) =>
      new CloudWatchLogsClient(as).send(new GetLogEventsCommand({ logGroupName: '/ecs/web', logStreamName: 'app/1' }));

    expect(await asking([allow('logs:GetLogEvents', arn('logs', 'log-group:/ecs/web'))], ask)).toMatch(/^AccessDenied/);
    // Granted: there is just no such stream.
    expect(await asking([allow('logs:GetLogEvents', arn('logs', 'log-group:/ecs/web:log-stream:app/*'))], ask)).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a policy that denies what is not sent over TLS does not deny the local endpoint, which stands for one with TLS', async () => {
    const sns = new SNSClient(root());
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'transitions' }));
    const tlsOnly = {
      ...{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: TopicArn },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    await sns.send(
      new SetTopicAttributesCommand({
        ...{ TopicArn, AttributeName: 'Policy' },
        AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement: [tlsOnly] }),
      }),
    );
    const ask = (as: RoleSettings) => new SNSClient(as).send(new PublishCommand({ TopicArn, Message: 'x' }));

    expect(await asking([allow('sns:Publish', TopicArn)], ask)).toBeUndefined();
    expect(await asking([allow('sns:Publish', `${TopicArn}-other`)], ask)).toBe('AuthorizationErrorException');
  });
});

test('a policy of a bucket that lets one role write refuses every other one', async () => {
  const Bucket = 'one-writer';
  const s3 = new S3Client({ ...root(), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  const ask = (as: RoleSettings) =>
    new S3Client({ ...as, forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket, Key: 'a', Body: '1', IfNoneMatch: '*' }),
    );
  await createRole(endpoint, 'writer', [allow('s3:PutObject', Resource)]);
  const Condition = { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/writer' } };
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource, Condition }];
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));

  expect(await asking([allow('s3:PutObject', Resource)], ask)).toBe('AccessDenied');
  await expect(ask({ ...(await asRole(endpoint, 'writer')), endpoint })).resolves.toBeDefined();
});

test('what was refused is kept, by the right that lacked', async () => {
  const before = (await refusedRights(endpoint)).length;
  const inGroup = [allow('scheduler:CreateSchedule', arn('scheduler', 'schedule/sluice-local/*'))];
  const refused = await refusal(endpoint, inGroup, (as) =>
    new SchedulerClient(as).send(new CreateScheduleCommand(schedule('another'))),
  );

  expect((await refusedRights(endpoint)).slice(before)).toEqual([
    {
      principal: expect.stringContaining(`assumed-role/${refused?.role ?? ''}/`),
      action: 'iam:PassRole',
      resource: signer,
    },
  ]);
});

test('a signature with the wrong secret is refused before any policy', async () => {
  const name = 'signs-wrong';
  await createRole(endpoint, name, [allow('*', '*')]);
  const as = await asRole(endpoint, name);
  const wrong = { ...as, endpoint, credentials: { ...as.credentials, secretAccessKey: 'wrong' } };

  await expect(
    new DynamoDBClient(wrong).send(new GetItemCommand({ TableName: 'record', Key: { pk: { S: 'a' } } })),
  ).rejects.toMatchObject({ name: 'InvalidSignatureException' });
});
