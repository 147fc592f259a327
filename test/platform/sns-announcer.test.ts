import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { snsAnnouncer } from '../../lib/platform/sns-announcer.ts';
import type { Announcement } from '../../lib/ports/announcer.ts';
import { eventually } from '../setup/eventually.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let sns: SNSClient;
let sqs: SQSClient;
let topicArn: string;
let queueUrl: string;

const envelope = z.object({
  Type: z.literal('Notification'),
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Type: z.literal('String'), Value: z.string() })),
});

beforeAll(async () => {
  emulator = await startTestEmulator();
  sns = new SNSClient(emulator.client);
  sqs = new SQSClient(emulator.client);
  ({ TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'transitions' })));
  const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:everything';
  const letIn = {
    ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Endpoint },
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [letIn] });
  const queue = new CreateQueueCommand({ QueueName: 'everything', Attributes: { Policy } });
  ({ QueueUrl: queueUrl = '' } = await sqs.send(queue));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint }));
});

afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await emulator.stop();
});

const announcement: Announcement = {
  rolloutId: 'web-20260301-110000-abcdef',
  service: 'web',
  sequence: 9,
  type: 'RollbackRequested',
  severity: 'critical',
  traceId: 'trace-1',
  at: '2026-03-01T11:00:00.000Z',
  summary: 'Rolling back: too many errors',
  detail: { reason: 'too many errors', gate: 'error-rate', by: 'the rollout' },
};

/** Announces and receives what a subscriber gets. */
async function delivered(changes: Partial<Announcement> = {}) {
  await snsAnnouncer(sns, topicArn).announce({ ...announcement, ...changes });
  let body: string | undefined;
  await eventually('the message has arrived', async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 1 }));
    const [message] = Messages;
    if (message === undefined) return false;
    body = message.Body;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    return true;
  });
  return envelope.parse(JSON.parse(body ?? ''));
}

describe('announcing', () => {
  test('carries the whole announcement, and what subscribers filter by as attributes', async () => {
    const { Subject, Message, MessageAttributes } = await delivered();

    expect(JSON.parse(Message)).toEqual(announcement);
    expect(Subject).toBe('[critical] web: RollbackRequested');
    expect(Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value]))).toEqual({
      severity: 'critical',
      service: 'web',
      rolloutId: 'web-20260301-110000-abcdef',
      traceId: 'trace-1',
      type: 'RollbackRequested',
    });
  });

  test('keeps text of any script', async () => {
    const summary = 'zurück 日本語 👩‍👩‍👧 <!channel> "quoted" \n second line';

    expect(JSON.parse((await delivered({ summary })).Message)).toMatchObject({ summary });
  });

  test('a subject is never longer than SNS takes', async () => {
    expect((await delivered({ service: 's'.repeat(120) })).Subject).toHaveLength(100);
  });

  test.each([
    ['a long detail', { detail: { results: '"\\ü'.repeat(100_000) } }],
    ['a sentence that is long in bytes alone', { summary: '日本語'.repeat(60_000) }],
    ['both', { summary: '"'.repeat(300_000), detail: { reason: '\n'.repeat(300_000) } }],
  ])(
    '%s is cut to what SNS takes, and says so: a message that is refused would hold back all after it',
    async (_, changes) => {
      const { Message } = await delivered(changes);

      expect(Buffer.byteLength(Message)).toBeLessThanOrEqual(250_000);
      expect(JSON.parse(Message)).toMatchObject({
        rolloutId: announcement.rolloutId,
        sequence: 9,
        detail: { truncated: expect.stringContaining('sluice get') },
      });
    },
  );

  test('a topic that is not there is an error', async () => {
    await expect(snsAnnouncer(sns, `${topicArn}x`).announce(announcement)).rejects.toThrow(/not.*(found|exist)/i);
  });
});
