import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../platform/logger.ts';

/** What is read of a stream record: which rollout's event it is, and its place in the stream. */
const streamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
      }),
    }),
  ),
});

const rolloutKey = 'ROLLOUT#';

/**
 * Calls back once for each rollout that a batch of stream records tells new events of. A rollout that fails is reported by its
 * first record, so that the stream delivers from there again; the others are done.
 */
export function streamHandler(act: (rolloutId: string) => Promise<unknown>) {
  const base = async (event: unknown): Promise<DynamoDBBatchResponse> => {
    const { Records } = streamEvent.parse(event);
    const firstRecord = new Map<string, string>();
    for (const { dynamodb } of Records) {
      const { pk, sk } = dynamodb.Keys;
      if (!pk.S.startsWith(rolloutKey) || !sk.S.startsWith('EVENT#')) continue;
      const rolloutId = pk.S.slice(rolloutKey.length);
      if (!firstRecord.has(rolloutId)) firstRecord.set(rolloutId, dynamodb.SequenceNumber);
    }
    const batchItemFailures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const [rolloutId, itemIdentifier] of firstRecord) {
      // What was known of the rollout before this one is not this one's.
      logger.resetKeys();
      logger.appendKeys({ rolloutId });
      try {
        const output = await act(rolloutId);
        logger.info('done', { output });
      } catch (error) {
        logger.error('not done, the stream will deliver it again', { error });
        batchItemFailures.push({ itemIdentifier });
      }
    }
    return { batchItemFailures };
  };
  return middy<unknown, DynamoDBBatchResponse>().use(injectLambdaContext(logger)).handler(base);
}
