import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { redriveQueue } from '../../lib/platform/sqs-redrive.ts';
import { sqsOutbox } from '../../lib/platform/sqs-outbox.ts';
import { startEmulator } from '../../local/emulator/emulator.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

const supervisor = createSupervisor();
let client: SQSClient;

beforeAll(async () => {
  const { endpoint } = await startEmulator({ supervisor });
  client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(async () => {
  client.destroy();
  await supervisor.stopAll();
});

async function queue(QueueName: string): Promise<string> {
  const isFifo = QueueName.endsWith('.fifo');
  const Attributes = isFifo
    ? { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
    : {};
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

/** All that is in a queue, in the order in which it comes. */
async function drained(QueueUrl: string) {
  const found: { readonly group: string | undefined; readonly body: string | undefined }[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 60,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return found;
    for (const { Body, Attributes, ReceiptHandle } of Messages) {
      found.push({ body: Body, group: Attributes?.MessageGroupId });
      // As long as one of a group is under way, the others of it are held back.
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

describe('dead letters', () => {
  test('are sent again, all of them, each group in its order, and are gone from where they lay', async () => {
    const [dead, live] = [await queue('dead-deliveries.fifo'), await queue('deliveries.fifo')];
    const outbox = sqsOutbox(client, { deliveriesUrl: dead, remindersUrl: dead });
    const hints = Array.from({ length: 12 }, (_, index) =>
      ['chat', 'pager'].map((channel) => ({
        rolloutId: 'web-1',
        channel,
        id: `web-1.e${index}.${channel}`,
        extra: { kind: 'escalation', sequence: index } as const,
      })),
    );
    for (const pair of hints) await outbox.hint(pair);

    expect(await redriveQueue(client, 'dead-deliveries.fifo', 'deliveries.fifo')).toBe(24);
    const sent = await drained(live);
    expect(sent).toHaveLength(24);
    for (const [at, channel] of ['chat', 'pager'].entries()) {
      const bodies = sent.flatMap(({ group, body = '' }) =>
        group === `web-1.${channel}` ? [JSON.parse(body) as unknown] : [],
      );
      expect(bodies).toEqual(hints.map((pair) => ({ rolloutId: 'web-1', channel, extra: pair[at]?.extra })));
    }
    expect(await drained(dead)).toEqual([]);
    expect(await redriveQueue(client, 'dead-deliveries.fifo', 'deliveries.fifo')).toBe(0);
  });

  test('of the reminders come again, too', async () => {
    const [dead, live] = [await queue('dead-reminders'), await queue('reminders')];
    await client.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: '{"turn":3}' }));

    expect(await redriveQueue(client, 'dead-reminders', 'reminders')).toBe(1);
    expect(await drained(live)).toMatchObject([{ body: '{"turn":3}' }]);
  });
});
