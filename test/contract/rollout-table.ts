import { readFileSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as YAML from 'yaml';
import * as z from 'zod';
import { startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

const storage = z.object({
  Resources: z.object({
    RolloutTable: z.object({
      Properties: z.object({
        BillingMode: z.literal('PAY_PER_REQUEST'),
        AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
      }),
    }),
  }),
});

const written = readFileSync(new URL('../../serverless/storage.yml', import.meta.url), 'utf8');

/** An emulator with the stack's table in it, keys and billing as the template says. */
export async function rolloutTable() {
  const supervisor = createSupervisor();
  const { endpoint } = await startEmulator({ supervisor });
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const name = 'sluice-test';
  // CloudFormation's own tags (!Ref) stand elsewhere in the file and are nothing to this reader.
  const { Properties } = storage.parse(YAML.parse(written, { logLevel: 'error' })).Resources.RolloutTable;
  await client.send(new CreateTableCommand({ TableName: name, ...Properties }));
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const close = async () => {
    client.destroy();
    await supervisor.stopAll();
  };
  return { name, endpoint, client, documents, close };
}
