import {
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ScheduleTarget, schedulerSchedules } from '../../lib/platform/scheduler-schedules.ts';
import type { Schedules } from '../../lib/ports/schedules.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';
import { eventually } from '../setup/eventually.ts';
import { schedulesContract } from './schedules.contract.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let client: SchedulerClient;
let sfn: SFNClient;
let target: ScheduleTarget;
let schedules: Schedules;

beforeAll(async () => {
  emulator = await startTestEmulator();
  client = new SchedulerClient(emulator.client);
  sfn = new SFNClient(emulator.client);
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({ name: 'rollback', roleArn, definition }),
  );
  await client.send(new CreateScheduleGroupCommand({ Name: 'sluice-test' }));
  const deadLetterArn = 'arn:aws:sqs:us-east-1:000000000000:undelivered';
  target = { group: 'sluice-test', targetArn: stateMachineArn, roleArn, deadLetterArn };
  schedules = schedulerSchedules(client, target);
});

afterAll(async () => {
  client.destroy();
  sfn.destroy();
  await emulator.stop();
});

async function find(name: string) {
  try {
    return await client.send(new GetScheduleCommand({ Name: name, GroupName: 'sluice-test' }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

schedulesContract('schedules of EventBridge Scheduler', () => ({
  schedules,
  pending: async (name) => {
    const found = await find(name);
    const at = /^at\((.*)\)$/.exec(found?.ScheduleExpression ?? '')?.[1];
    return at === undefined ? undefined : { at, input: JSON.parse(found?.Target?.Input ?? 'null') as unknown };
  },
}));

test('a schedule fires at its second, in UTC, is gone afterwards, and leaves word where it cannot start', async () => {
  await schedules.put({ name: 'web-8-guard', at: new Date('2099-01-01T00:00:00Z'), input: {} });

  expect(await find('web-8-guard')).toMatchObject({
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: target.targetArn, RoleArn: target.roleArn, DeadLetterConfig: { Arn: target.deadLetterArn } },
  });
});

test('a schedule whose time has come starts the machine with its input, once', async () => {
  const input = { rolloutId: 'web-9', by: 'the guard', reason: 'silence', ifPassed: 'finish' };
  await schedules.put({ name: 'web-9-guard', at: new Date(Date.now() + 60_000), input });
  await schedules.put({ name: 'web-9-guard', at: new Date(), input });
  const executions = async () =>
    (await sfn.send(new ListExecutionsCommand({ stateMachineArn: target.targetArn }))).executions ?? [];
  await eventually('the schedule has fired', async () => (await executions()).length > 0);
  await eventually('it is gone', async () => (await find('web-9-guard')) === undefined);

  const [{ executionArn } = {}, ...others] = await executions();
  const { input: given = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(others).toEqual([]);
  expect(JSON.parse(given)).toEqual(input);
});

test('a group that is not there is an error', async () => {
  const lost = schedulerSchedules(client, { ...target, group: 'nowhere' });

  await expect(lost.put({ name: 'web-10-guard', at: new Date(), input: {} })).rejects.toThrow(/nowhere/);
});
