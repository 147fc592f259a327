import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { rolloutTable } from '../contract/rollout-table.ts';
import { digestOf } from '../model/model-world.ts';

type WhyNot = (client: DynamoDBClient, table: string, stage: string) => Promise<string | undefined>;
type Plugin = new (
  serverless: unknown,
  options: { readonly param?: readonly string[] },
  tools: { readonly log: { warning(text: string): void } },
) => { readonly hooks: Readonly<Record<string, () => Promise<void>>> };

const required: unknown = createRequire(import.meta.url)('../../serverless/refuse-removal.cjs');
const isFunction = (value: unknown) => typeof value === 'function';
const RefuseRemoval = z.custom<Plugin>(isFunction).parse(required);
const { whyNot } = z.custom<{ readonly whyNot: WhyNot }>(isFunction).parse(required);

const at = '2026-03-01T11:00:00.000Z';
let table: Awaited<ReturnType<typeof rolloutTable>>;

beforeAll(async () => {
  table = await rolloutTable();
});
afterAll(() => table.close());

/** `serverless remove` of stage `test` in the emulator. */
async function remove(param: readonly string[] = []): Promise<readonly string[]> {
  const warned: string[] = [];
  const provider = {
    getStage: () => 'test',
    getAwsSdkV3Config: () => ({
      ...{ endpoint: table.endpoint, region: 'us-east-1' },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  };
  const serverless = { getProvider: () => provider, classes: { Error } };
  const plugin = new RefuseRemoval(serverless, { param }, { log: { warning: (text) => warned.push(text) } });
  await plugin.hooks['before:remove:remove']?.();
  return warned;
}

describe('removing the stack', () => {
  test('is refused while a rollout is under way, with what to do, and possible before and afterwards', async () => {
    const store = dynamoDbRolloutStore(table.documents, table.name);
    const event = openedEvent();
    await store.putSpec({ ...event.spec, service: event.service }, 'Ana', at);
    expect(await remove()).toEqual([]);

    const opened = await store.open('web-20260301-110000-abcdef', event, at);

    if (opened.outcome !== 'opened') throw new Error('the rollout was not opened');
    await expect(remove()).rejects.toThrow(
      /web-20260301-110000-abcdef\. Wait for its end, or: npx --no sluice rollback web --stage test/,
    );
    expect(await remove(['removeAnyway=yes'])).toEqual([expect.stringContaining('without asking')]);

    const rejected = { type: 'RolloutRejected', reason: `no image ${digestOf('b')}`, results: [] } as const;
    await store.append(opened.stored, [rejected], at);
    expect(await remove()).toEqual([]);
  });

  test('of a stage without a table is possible', async () => {
    expect(await whyNot(table.client, 'sluice-never', 'never')).toBeUndefined();
  });

  test('is refused where the record cannot be read: that says nothing of rollouts', async () => {
    const nowhere = new DynamoDBClient({
      ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

    expect(await whyNot(nowhere, table.name, 'test')).toMatch(
      /could not be read from table sluice-test .*removeAnyway=yes/,
    );
  });
});
