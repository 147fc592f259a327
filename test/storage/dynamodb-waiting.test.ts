import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { ConcurrentWrite } from '../../lib/ports/rollout-store.ts';
import { dynamoDbWaiting } from '../../lib/storage/dynamodb-waiting.ts';

/** A table that answers each write with the next of these errors, and takes it once there is none left. */
function answering(...errors: readonly object[]) {
  const left = [...errors];
  let writes = 0;
  const handle = () => {
    writes += 1;
    const error = left.shift();
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const body = Buffer.from(JSON.stringify(error ?? {}));
    return Promise.resolve({ response: { statusCode: error === undefined ? 200 : 400, headers, body } });
  };
  const client = new DynamoDBClient({
    ...{ region: 'eu-west-1', maxAttempts: 1, requestHandler: { handle } },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { waiting: dynamoDbWaiting(DynamoDBDocumentClient.from(client), 'sluice-test'), writes: () => writes };
}

const type = (name: string) => `com.amazonaws.dynamodb.v20120810#${name}`;
const canceled = (...codes: readonly string[]) => ({
  __type: type('TransactionCanceledException'),
  CancellationReasons: codes.map((Code) => ({ Code })),
});
const met = canceled('TransactionConflict', 'None');
const ends = { by: 'Ana', reason: 'not wanted', at: '2026-03-01T11:00:00.000Z' };

describe('a request that is forgotten while others write it', () => {
  test('is tried again, and is forgotten then', async () => {
    const { waiting, writes } = answering(met, met);

    expect(await waiting.cancelWaiting('web', '1', ends)).toBe(true);
    expect(writes()).toBe(3);
  });

  test('is not taken for forgotten where a condition failed beside it', async () => {
    const { waiting } = answering(canceled('TransactionConflict', 'ConditionalCheckFailed'));

    expect(await waiting.cancelWaiting('web', '1', ends)).toBe(true);
  });

  test('is not forgotten where it waits no more', async () => {
    const { waiting } = answering(met, canceled('ConditionalCheckFailed', 'None'));

    expect(await waiting.cancelWaiting('web', '1', ends)).toBe(false);
  });

  test.each([
    ['cancelWaiting', met],
    ['endWaiting', { __type: type('TransactionConflictException') }],
  ] as const)('is said to be written by others where they are first each time (%s)', async (call, error) => {
    const { waiting, writes } = answering(...Array.from({ length: 20 }, () => error));

    await expect(waiting[call]('web', '1', ends)).rejects.toBeInstanceOf(ConcurrentWrite);
    expect(writes()).toBe(5);
  });

  test('fails with whatever else the table says, at once', async () => {
    const { waiting, writes } = answering({ __type: type('AccessDeniedException') });

    await expect(waiting.cancelWaiting('web', '1', ends)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(writes()).toBe(1);
  });
});
