import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../platform/logger.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { bytesOf, jsonAnswer, proxyBody } from './proxy.ts';
import type { TaskHandler } from './task-handler.ts';
import { signedContext, verifiedPrincipal } from './verified-principal.ts';

const mintEvent = z.object({
  httpMethod: z.literal('POST'),
  resource: z.literal('/open'),
  requestContext: signedContext,
  ...proxyBody,
});
/** The page to open. */
const openRequest = z.object({ to: z.string().max(100).optional() });

/**
 * Answers `POST open`, whose callers AWS verifies, with the address of a page, and hands every other request on. The address is a
 * secret: it is not logged.
 */
export function openHandler(
  stage: string,
  mint: (principal: string, to: string | undefined) => Promise<{ readonly url: string; readonly until: string }>,
  others: TaskHandler,
): TaskHandler {
  return async (event: unknown, context: Context) => {
    const read = mintEvent.safeParse(event);
    if (!read.success) return others(event, context);
    logger.resetKeys();
    const principal = verifiedPrincipal(read.data.requestContext, stage);
    if (principal === undefined) return jsonAnswer(403, { reason: 'AWS verified no principal for this request.' });
    const asked = openRequest.safeParse(parsedJson(bytesOf(read.data).toString('utf8')) ?? {});
    if (!asked.success) return jsonAnswer(400, { reason: 'This is not a request for a page.' });
    try {
      const minted = await mint(principal, asked.data.to);
      logger.info('a page was opened', { principal });
      return jsonAnswer(200, minted);
    } catch (error) {
      logger.error('failed', { error });
      return jsonAnswer(503, { reason: 'The stack could not do this now. Try again in a moment.' });
    }
  };
}
