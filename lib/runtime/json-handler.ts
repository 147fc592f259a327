import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { logger } from '../platform/logger.ts';
import { jsonAnswer, type ProxyResult } from './proxy.ts';

/** As much of a REST API's proxy event as is read. */
const getEvent = z.looseObject({ httpMethod: z.literal('GET') });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Answers a GET that has no input. What goes wrong is in the log, the answer says no more than that it did.
 * @throws where it is called with anything but a GET
 */
export function jsonHandler(useCase: () => Promise<Answer>) {
  return middy<unknown, ProxyResult>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      logger.resetKeys();
      getEvent.parse(event);
      try {
        const { status, body } = await useCase();
        logger.info('done', { status, body });
        return jsonAnswer(status, body);
      } catch (error) {
        logger.error('failed', { error });
        return jsonAnswer(503, { status: 'failing' });
      }
    });
}
