import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emulatorUnderTest } from './emulator-under-test.ts';

let running: Awaited<ReturnType<typeof emulatorUnderTest>>;

beforeAll(async () => {
  running = await emulatorUnderTest({ persist: true });
  await running.createTable('records');
});

afterAll(() => running.close());

const described = () => running.dynamodb.send(new DescribeTableCommand({ TableName: 'records' }));

describe('a table that refuses', () => {
  test('answers every call with an error of its own until the time is over', async () => {
    await running.emulator.refuseTable(3600);
    await expect(described()).rejects.toThrow('The table refuses every call.');

    await running.emulator.refuseTable(-1);
    expect((await described()).Table?.TableName).toBe('records');
  });
});
