import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryHint, Outbox } from '../ports/outbox.ts';

/** SQS takes so many messages in one call. */
const batchSize = 10;

/** Hints in a FIFO queue, one group a rollout and channel, so that a dead channel holds back nothing but itself; timers in a queue that can wait. */
export function sqsOutbox(
  client: SQSClient,
  { deliveriesUrl, remindersUrl }: { readonly deliveriesUrl: string; readonly remindersUrl: string },
): Outbox {
  return {
    async hint(hints) {
      for (let from = 0; from < hints.length; from += batchSize) {
        const batch = hints.slice(from, from + batchSize);
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({ QueueUrl: deliveriesUrl, Entries: batch.map(entryOf) }),
        );
        const [failed] = Failed;
        if (failed !== undefined) {
          throw new Error(
            `The delivery queue did not take ${Failed.length} of ${batch.length} hints: ${failed.Message ?? failed.Code ?? 'no reason given'}`,
          );
        }
      }
    },
    async remind(timer, afterSeconds) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: remindersUrl,
          MessageBody: JSON.stringify(timer),
          DelaySeconds: Math.ceil(afterSeconds),
        }),
      );
    },
  };
}

/** Groups and names have at most 128 characters, letters, digits and punctuation: rollouts and channels have no others. */
function entryOf({ id, ...hint }: DeliveryHint, index: number) {
  return {
    Id: String(index),
    MessageBody: JSON.stringify(hint),
    MessageGroupId: groupOf(hint.rolloutId, hint.channel),
    MessageDeduplicationId: id.replaceAll(':', '-').slice(0, 128),
  };
}

/** What is handed on one after the other. */
function groupOf(rolloutId: string, channel: string): string {
  return `${rolloutId}.${channel}`;
}
