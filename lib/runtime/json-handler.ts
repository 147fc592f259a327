import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../platform/logger.ts';

/** As much of a REST API's proxy event as is read. */
const getEvent = z.looseObject({ httpMethod: z.literal('GET') });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Nothing between here and whoever asked may keep an answer, or take it for anything but data. */
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/**
 * Answers a GET that has no input. What goes wrong is in the log, the answer says no more than that it did.
 * @throws where it is called with anything but a GET
 */
export function jsonHandler(useCase: () => Promise<Answer>) {
  return middy<unknown, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      logger.resetKeys();
      getEvent.parse(event);
      try {
        const { status, body } = await useCase();
        logger.info('done', { status, body });
        return { statusCode: status, headers, body: JSON.stringify(body) };
      } catch (error) {
        logger.error('failed', { error });
        return { statusCode: 503, headers, body: JSON.stringify({ status: 'failing' }) };
      }
    });
}
