import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoDbOneTimeIds } from '../../lib/storage/dynamodb-one-time-ids.ts';
import { startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { MemoryOneTimeIds } from '../model/memory-one-time-ids.ts';
import { keepsOneTimeIds } from './one-time-ids.contract.ts';

describe('names in memory', () => {
  const ids = new MemoryOneTimeIds();
  keepsOneTimeIds(() => ids);
});

describe('names in DynamoDB', () => {
  const supervisor = createSupervisor();
  const table = 'people';
  const now = () => new Date('2026-03-01T10:00:00.000Z');
  let client: DynamoDBDocumentClient;

  beforeAll(async () => {
    const { endpoint } = await startEmulator({ supervisor });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }));
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
  });

  afterAll(async () => {
    client.destroy();
    await supervisor.stopAll();
  });

  keepsOneTimeIds(() => dynamoDbOneTimeIds(client, table, 'SLACK', now));

  test('are forgotten after their time, and lie where the role of clicks may write', async () => {
    await dynamoDbOneTimeIds(client, table, 'SLACK', now).claim('kept', 60);
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { id: 'SLACK#kept' } }));

    expect(Item).toEqual({ id: 'SLACK#kept', ttl: now().getTime() / 1000 + 60 });
  });
});
