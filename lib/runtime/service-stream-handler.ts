import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { logger } from './logger.ts';

const streamEvent = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
      }),
    }),
  ),
});

const serviceKey = 'SERVICE#';

/**
 * Calls back for each service whose lock is gone, and for each request that began to wait. What fails is reported by its first
 * record, so that the stream delivers from there again.
 */
export function serviceStreamHandler(callBack: (input: { service: string; isNews: boolean }) => Promise<unknown>) {
  const base = async (event: unknown): Promise<DynamoDBBatchResponse> => {
    const batchItemFailures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const { eventName, dynamodb } of streamEvent.parse(event).Records) {
      const { pk, sk } = dynamodb.Keys;
      const isNews = sk.S === 'WAITING' && eventName !== 'REMOVE';
      const isReleased = sk.S === 'LOCK' && eventName === 'REMOVE';
      if (!pk.S.startsWith(serviceKey) || (!isNews && !isReleased)) continue;
      const service = pk.S.slice(serviceKey.length);
      try {
        const output = await callBack({ service, isNews });
        logger.info('done', { service, output });
      } catch (error) {
        logger.error('not done, the stream will deliver it again', { service, error });
        batchItemFailures.push({ itemIdentifier: dynamodb.SequenceNumber });
        break;
      }
    }
    return { batchItemFailures };
  };
  return middy<unknown, DynamoDBBatchResponse>().use(injectLambdaContext(logger)).handler(base);
}
