import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Long enough to send a batch again, short enough that a second run finds what a first one left. */
const heldSeconds = 60;
const batchSize = 10;

/**
 * Sends every message of a dead-letter queue to another queue again, then deletes it there; one that is sent twice changes
 * nothing. Messages of a group stay in order. Returns how many there were.
 */
export async function redriveQueue(client: SQSClient, deadName: string, liveName: string): Promise<number> {
  const [dead, live] = await Promise.all([urlOf(client, deadName), urlOf(client, liveName)]);
  let moved = 0;
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: dead,
        MaxNumberOfMessages: batchSize,
        VisibilityTimeout: heldSeconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return moved;
    for (const message of Messages) {
      await client.send(new SendMessageCommand({ QueueUrl: live, MessageBody: message.Body, ...groupOf(message) }));
      await client.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle: message.ReceiptHandle }));
      moved += 1;
    }
  }
}

/** A FIFO queue needs a group, and a name that it was not given within the last five minutes. */
function groupOf({ Attributes, MessageId }: Message) {
  const group = Attributes?.MessageGroupId;
  return group === undefined
    ? {}
    : { MessageGroupId: group, MessageDeduplicationId: `redrive.${MessageId ?? ''}.${String(Date.now())}` };
}

async function urlOf(client: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
  if (QueueUrl === undefined) throw new Error(`There is no queue ${QueueName}.`);
  return QueueUrl;
}
