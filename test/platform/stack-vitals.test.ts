import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stackVitals } from '../../lib/platform/stack-vitals.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let clients: Parameters<typeof stackVitals>[0];
let machineArn: string;
let queueUrl: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const { client } = emulator;
  clients = { sfn: new SFNClient(client), scheduler: new SchedulerClient(client), sqs: new SQSClient(client) };
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  const machine = await clients.sfn.send(new CreateStateMachineCommand({ name: 'rollout', roleArn, definition }));
  machineArn = machine.stateMachineArn ?? '';
  await clients.scheduler.send(new CreateScheduleGroupCommand({ Name: 'guards' }));
  const queue = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'undelivered' }));
  queueUrl = queue.QueueUrl ?? '';
});

afterAll(async () => {
  await emulator.stop();
});

const parts = () => ({ machineArns: [machineArn], guardGroup: 'guards', queueUrls: [queueUrl] });

test('tells what there is', async () => {
  const vitals = stackVitals(clients, parts());
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'an event' }));

  expect(await vitals.machines()).toEqual({ rollout: 'ACTIVE' });
  expect(await vitals.guard()).toBe('ACTIVE');
  expect(await vitals.undelivered()).toEqual([{ queue: 'undelivered', messages: 1 }]);
});

test('what is not there is an error', async () => {
  const vitals = stackVitals(clients, {
    machineArns: [`${machineArn}-none`],
    guardGroup: 'none',
    queueUrls: [`${queueUrl}-none`],
  });

  await expect(vitals.machines()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(vitals.guard()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(vitals.undelivered()).rejects.toThrow();
});
