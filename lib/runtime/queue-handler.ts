import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { TryLater } from '../usecases/notifying/try-later.ts';
import { logKeysOf } from './log-keys.ts';
import { logger } from '../platform/logger.ts';

const queueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
    }),
  ),
});

/** SQS keeps a message invisible for 12 h after it was received, at most. */
const longestAsked = 43_000;
/** What nobody asked for grows no longer than that: what is critical may wait behind it, to be told somewhere else. */
const longestPause = 300;

/**
 * Runs a use case for each message of a queue, in order. After the first one that fails the rest of the batch is left, so that
 * nothing overtakes; a failed message comes again when its cause asked for, or after 1, 2, 4 … 300 s.
 * @param pause makes a message invisible for so many seconds
 */
export function queueHandler<Schema extends z.ZodType>(
  schema: Schema,
  useCase: (input: z.output<Schema>) => Promise<unknown>,
  pause: (receiptHandle: string, seconds: number) => Promise<void>,
) {
  const base = async (event: unknown): Promise<SQSBatchResponse> => {
    const { Records } = queueEvent.parse(event);
    for (const [index, { body, receiptHandle, attributes }] of Records.entries()) {
      // What was known of the message before this one is not this one's.
      logger.resetKeys();
      try {
        const written: unknown = JSON.parse(body);
        logger.appendKeys(logKeysOf(written));
        const output = await useCase(schema.parse(written));
        logger.info('done', { output });
      } catch (error) {
        const asked = error instanceof TryLater ? error.afterSeconds : undefined;
        const own = Math.min(longestPause, 2 ** (attributes.ApproximateReceiveCount - 1));
        const seconds = Math.min(longestAsked, asked ?? own);
        logger.warn('not done, it comes again', { body, seconds, error });
        await pause(receiptHandle, Math.ceil(seconds)).catch((failed: unknown) => {
          // It comes again all the same, after the queue's own time.
          logger.warn('the time until then could not be set', { error: failed });
        });
        return { batchItemFailures: Records.slice(index).map(({ messageId }) => ({ itemIdentifier: messageId })) };
      }
    }
    return { batchItemFailures: [] };
  };
  return middy<unknown, SQSBatchResponse>().use(injectLambdaContext(logger)).handler(base);
}
