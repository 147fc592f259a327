import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sfnExecutions } from '../../lib/platform/sfn-executions.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let sfn: SFNClient;
let machineArn: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  sfn = new SFNClient(emulator.client);
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  const created = await sfn.send(new CreateStateMachineCommand({ name: 'rollout', roleArn, definition }));
  machineArn = created.stateMachineArn ?? '';
});

afterAll(async () => {
  sfn.destroy();
  await emulator.stop();
});

/** A machine whose executions run for a minute. */
async function waitingMachine(name: string): Promise<string> {
  const definition = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } });
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  const { stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand({ name, roleArn, definition }));
  return stateMachineArn;
}

test('a name starts one execution, with its input; started again it is reported, not an error', async () => {
  const executions = sfnExecutions(sfn, machineArn);
  const input = { service: 'web', image: 'shop/web:412' };

  const executionArn = `${machineArn.replace(':stateMachine:', ':execution:')}:push-web-1`;
  expect(await executions.start('push-web-1', input)).toEqual({ executionArn, alreadyStarted: false });
  expect(await executions.start('push-web-1', input)).toEqual({ executionArn, alreadyStarted: true });
  expect(await executions.start('push-web-2', input)).toMatchObject({ alreadyStarted: false });
  const { input: given = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect(JSON.parse(given)).toEqual(input);
});

test('an execution runs until it has ended; one that never was does not', async () => {
  const executions = sfnExecutions(sfn, await waitingMachine('rollback'));
  const { executionArn } = await executions.start('rb-1', {});

  expect(await executions.isRunning(executionArn)).toBe(true);
  await sfn.send(new StopExecutionCommand({ executionArn, error: 'Closed' }));
  expect(await executions.isRunning(executionArn)).toBe(false);
  expect(await executions.isRunning(`${executionArn}-never`)).toBe(false);
  expect(await executions.describe(executionArn)).toMatchObject({ name: 'rb-1', status: 'ABORTED', error: 'Closed' });
  expect(await executions.describe(`${executionArn}-never`)).toBeUndefined();
});

test('the newest executions in a status are listed, with the time of their end', async () => {
  const executions = sfnExecutions(sfn, await waitingMachine('listed'));
  const stopped = await executions.start('rb-1', {});
  const running = await executions.start('rb-2', {});
  await sfn.send(new StopExecutionCommand({ executionArn: stopped.executionArn }));

  expect(await executions.newest('RUNNING')).toEqual([{ executionArn: running.executionArn }]);
  expect(await executions.newest('ABORTED')).toEqual([
    { executionArn: stopped.executionArn, stoppedAt: expect.any(Date) },
  ]);
  expect(await executions.newest('FAILED')).toEqual([]);
});

test('a machine that is not there is an error', async () => {
  await expect(sfnExecutions(sfn, `${machineArn}-none`).start('push-web-1', {})).rejects.toThrow(/rollout-none/);
});
