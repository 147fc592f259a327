import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  ListStackResourcesCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { DeleteTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { clientEnvironment } from '../../local/emulator/environment.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { type BuildFolder, makeBuildFolder } from '../../local/stack/build-folder.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

// Each deployment takes seconds, and several times as long on a busy machine.
jest.setTimeout(480_000);

type KeptIn = (
  template: { readonly Resources: unknown },
  known: Readonly<Record<string, string>>,
) => readonly { readonly id: string; readonly name: string }[];
const required: unknown = createRequire(import.meta.url)('../../serverless/adopt-kept.cjs');
const isFunction = (value: unknown) => typeof value === 'function';
const { keptIn } = z.custom<{ readonly keptIn: KeptIn }>(isFunction).parse(required);

const table = 'sluice-kept';
const bucket = 'sluice-kept-evidence-000000000000-us-east-1';
const supervisor = createSupervisor();
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let folder: BuildFolder;
let clients: { dynamodb: DynamoDBClient; s3: S3Client; cloudFormation: CloudFormationClient };

beforeAll(async () => {
  emulator = await startTestEmulator();
  folder = await makeBuildFolder();
  clients = {
    dynamodb: new DynamoDBClient(emulator.client),
    s3: new S3Client({ ...emulator.client, forcePathStyle: true }),
    cloudFormation: new CloudFormationClient(emulator.client),
  };
});
afterAll(async () => {
  await folder.remove();
  await emulator.stop();
});

/** Runs a command of the framework for what the stack stores, with the plugin or without it. */
async function serverless(command: 'deploy' | 'remove', adopts: boolean): Promise<void> {
  const plugins = adopts ? 'plugins: [./serverless/adopt-kept.cjs]' : '';
  await writeFile(
    path.join(folder.path, 'serverless.yml'),
    `service: sluice
frameworkVersion: '4'
${plugins}
params: { default: { evidenceRetentionDays: 400 } }
provider: { name: aws, runtime: nodejs24.x, deploymentMethod: direct }
resources: [ '\${file(serverless/storage.yml)}' ]
`,
  );
  await supervisor.run({
    name: `serverless ${command}`,
    command: process.execPath,
    args: [
      path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
      ...[command, '--stage', 'kept', '--region', 'us-east-1'],
    ],
    cwd: folder.path,
    env: { ...process.env, ...folder.environment, ...clientEnvironment(emulator.client.endpoint), CI: '1' },
  });
}

const resourcesOf = async (StackName: string) => {
  const { StackResourceSummaries = [] } = await clients.cloudFormation.send(
    new ListStackResourcesCommand({ StackName }),
  );
  return StackResourceSummaries.map(({ LogicalResourceId }) => LogicalResourceId);
};
const record = { pk: { S: 'SERVICES' }, sk: { S: 'web' } };

describe('a deployment after a removal', () => {
  test('fails without the plugin, as CloudFormation creates nothing that is there, and adopts all that was kept with it', async () => {
    await serverless('deploy', true);
    await clients.dynamodb.send(new PutItemCommand({ TableName: table, Item: record }));
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'rollouts/web-1.json', Body: 'kept' }));
    await serverless('remove', true);

    await expect(serverless('deploy', false)).rejects.toThrow(/Validation failed/);
    await serverless('deploy', true);

    const { Item } = await clients.dynamodb.send(new GetItemCommand({ TableName: table, Key: record }));
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'rollouts/web-1.json' }));
    expect(Item).toEqual(record);
    expect(await Body?.transformToString()).toBe('kept');
    expect(await resourcesOf('sluice-kept')).toEqual(expect.arrayContaining(['RolloutTable', 'EvidenceBucket']));
  });

  test('says which stack holds what it cannot adopt', async () => {
    await serverless('remove', true);
    // Another stack of the account made a table of that name.
    await clients.dynamodb.send(new DeleteTableCommand({ TableName: table }));
    const key = { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] };
    const properties = { TableName: table, ...key, KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] };
    const template = { Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: properties } } };
    await clients.cloudFormation.send(
      new CreateStackCommand({ StackName: 'other', TemplateBody: JSON.stringify(template) }),
    );
    await waitUntilStackCreateComplete({ client: clients.cloudFormation, maxWaitTime: 60 }, { StackName: 'other' });

    await expect(serverless('deploy', true)).rejects.toThrow(
      /cannot be taken into stack sluice-kept \(sluice-kept already exists in stack arn:\S+:stack\/other\//,
    );
  });
});

describe('what is kept', () => {
  const known = { 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111122223333' };
  const kept = (Type: string, Properties: object, DeletionPolicy = 'Retain') =>
    keptIn({ Resources: { Kept: { Type, DeletionPolicy, Properties } } }, known);

  test('has its name, whatever that is made of', () => {
    const BucketName = { 'Fn::Sub': 'sluice-a-evidence-${AWS::AccountId}-${AWS::Region}' };

    expect(kept('AWS::S3::Bucket', { BucketName }, 'RetainExceptOnCreate')).toMatchObject([
      { id: 'Kept', name: 'sluice-a-evidence-111122223333-eu-west-1' },
    ]);
  });

  test('must be of a type that can be adopted: another one is refused', () => {
    expect(() => kept('AWS::SQS::Queue', { QueueName: 'x' })).toThrow('how it is adopted');
    expect(kept('AWS::SQS::Queue', { QueueName: 'x' }, 'Delete')).toEqual([]);
    expect(kept('AWS::Lambda::Version', {})).toEqual([]);
  });

  test('does not stop another deployment where it has no name: a new one is created', () => {
    expect(kept('AWS::S3::Bucket', {})).toEqual([]);
    expect(kept('AWS::KMS::Key', {})).toEqual([]);
  });
});
