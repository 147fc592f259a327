import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import * as z from 'zod';
import type { ConsoleRequest } from '../console/page-request.ts';
import { notice, type PageAnswer } from '../console/page.ts';
import { logger } from '../platform/logger.ts';
import { bytesOf, proxyBody, type ProxyResult } from './proxy.ts';

/** An event of a REST API's proxy integration, as far as pages read it. */
const proxyEvent = z.object({
  resource: z.string().default(''),
  pathParameters: z.object({ token: z.string().optional(), name: z.string().optional() }).nullish(),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
  ...proxyBody,
});

/** A form with a comment has a few hundred bytes. */
const longestBody = 20_000;
/** Of a link of `sluice open`, which names its principal. */
const longestToken = 2000;
const longestName = 100;

/**
 * Answers browsers. The address of such a page is a secret, so neither the event nor anything of it is logged, whatever the
 * environment says: of an error only what it says of itself, and no error here speaks of tokens.
 */
export function pageHandler(answer: (request: ConsoleRequest) => Promise<PageAnswer>) {
  const base = async (event: unknown): Promise<ProxyResult> => {
    logger.resetKeys();
    try {
      const request = proxyEvent.parse(event);
      const { resource, pathParameters, queryStringParameters, headers } = request;
      const text = bytesOf(request).toString('utf8');
      const token = (pathParameters?.token ?? '').slice(0, longestToken);
      const name = (pathParameters?.name ?? '').slice(0, longestName);
      if (text.length > longestBody) return resultOf(notice(413, 'Too much was sent', 'A comment is a few sentences.'));
      const query = queryStringParameters ?? {};
      const answered = await answer({ resource, token, name, query, headers: headers ?? {}, body: text });
      logger.info('answered', { status: answered.status });
      return resultOf(answered);
    } catch (error) {
      logger.error('failed', { error });
      return resultOf(
        notice(
          500,
          'That did not work',
          'Nothing of it was lost. Load the page again in a moment; it says what is true by then.',
        ),
      );
    }
  };
  return middy<unknown, ProxyResult>()
    .use(injectLambdaContext(logger, { logEvent: false }))
    .use(httpHeaderNormalizer())
    .handler(base);
}

function resultOf({ status, headers, body }: PageAnswer): ProxyResult {
  return { statusCode: status, headers, body };
}
