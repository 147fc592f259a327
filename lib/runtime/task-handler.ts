import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { logKeysOf } from './log-keys.ts';
import { logger } from '../platform/logger.ts';

/** A function that a state machine or a trigger calls. */
export type TaskHandler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * The one composition of middleware: checks the input against its schema, puts the rollout's names and the request's id into
 * every log line, logs the outcome or the error, and lets the error through, so that the state machine's Retry and Catch see it.
 */
export function taskHandler<Schema extends z.ZodType>(
  schema: Schema,
  useCase: (input: z.output<Schema>) => Promise<unknown>,
): TaskHandler {
  const base = async (event: unknown): Promise<unknown> => {
    logger.resetKeys();
    logger.appendKeys(logKeysOf(event));
    const input = schema.safeParse(event);
    if (!input.success) {
      throw new TypeError(
        `This function was called with an input that it does not take: ${z.prettifyError(input.error)}`,
      );
    }
    const output = await useCase(input.data);
    logger.info('done', { output });
    return output;
  };
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger))
    .onError(({ error }) => {
      logger.error('failed', { error });
    })
    .handler(base);
}
