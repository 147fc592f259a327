import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoDbIssuedLinks } from '../../lib/storage/dynamodb-issued-links.ts';
import { kmsMac } from '../../lib/platform/kms-mac.ts';
import type { IssuedLinks, Mac } from '../../lib/ports/links.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';
import { linksContract, macContract } from './links.contract.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let kms: KMSClient;
let dynamodb: DynamoDBClient;
let mac: Mac;
let links: IssuedLinks;

beforeAll(async () => {
  emulator = await startTestEmulator();
  kms = new KMSClient(emulator.client);
  dynamodb = new DynamoDBClient(emulator.client);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
  );
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'people',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  mac = kmsMac(kms, KeyMetadata?.Arn ?? '');
  links = dynamoDbIssuedLinks(DynamoDBDocumentClient.from(dynamodb), 'people');
});

afterAll(async () => {
  kms.destroy();
  dynamodb.destroy();
  await emulator.stop();
});

macContract('codes of KMS', () => mac);
linksContract('links in DynamoDB', () => links);

test('a key that is not there is an error, not a wrong code', async () => {
  const lost = kmsMac(kms, 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000');

  await expect(lost.verify(new Uint8Array(8), new Uint8Array(32))).rejects.toThrow();
});

test('a link is kept for a month beyond its end, under the part of the table that is for links', async () => {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'people', Key: { id: { S: 'LINK#hash-1' } } }));

  expect(Item?.['ttl']).toEqual({ N: String(Date.parse('2099-04-01T10:00:00Z') / 1000) });
});
