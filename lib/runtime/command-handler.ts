import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { type CommandAnswer, commandRequest, type CommandRequest } from '../usecases/people/command-request.ts';
import { logger } from '../platform/logger.ts';
import { bytesOf, jsonAnswer, proxyBody, type ProxyResult } from './proxy.ts';
import type { TaskHandler } from './task-handler.ts';
import { signedContext, verifiedPrincipal } from './verified-principal.ts';

const apiEvent = z.object({
  httpMethod: z.literal('POST'),
  resource: z.literal('/commands'),
  requestContext: signedContext,
  ...proxyBody,
});

/** A spec and the days of its calendars, as JSON writes them. */
const longestBody = 1_000_000;

/**
 * Takes commands of the command line from the stack's API, whose method asks for a signature by IAM. What is not a command is answered
 * with 400, what is refused with 409, what could not be done with 503: a command that stops may then go another way.
 * @param stage of the API: a request of the console's test, which IAM does not check, names another one
 */
export function commandHandler(
  stage: string,
  act: (request: CommandRequest, principal: string) => Promise<CommandAnswer>,
): TaskHandler {
  const base = async (event: unknown): Promise<ProxyResult> => {
    logger.resetKeys();
    const read = apiEvent.safeParse(event);
    if (!read.success) return refused(400, 'This is not a request of the API.');
    const { requestContext } = read.data;
    const { userArn, caller, accountId, principalOrgId } = requestContext.identity;
    logger.appendKeys({ principal: userArn, caller, accountId, principalOrgId });
    const principal = verifiedPrincipal(requestContext, stage);
    if (principal === undefined) {
      logger.warn('a request without a principal that AWS verified was refused');
      return refused(403, 'AWS verified no principal for this request.');
    }
    const text = bytesOf(read.data).toString('utf8');
    if (text.length > longestBody) return refused(413, 'This is too long for a command.');
    const parsed = commandRequest.safeParse(parsedJson(text));
    if (!parsed.success) return refused(400, `The stack does not take this command: ${wrongIn(parsed.error)}`);
    try {
      const answer = await act(parsed.data, principal);
      logger.info('done', { command: parsed.data.command, outcome: answer.outcome });
      return jsonAnswer(answer.outcome === 'done' ? 200 : 409, answer);
    } catch (error) {
      logger.error('failed', { error, command: parsed.data.command });
      return refused(503, 'The stack could not do this now. Try again in a moment.');
    }
  };
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger, { logEvent: false }))
    .handler(base);
}

/** Hands requests of the API to the one, and events to the other: no event of EventBridge has a request's context. */
export function commandsOrEvents(commands: TaskHandler, events: TaskHandler): TaskHandler {
  return (event: unknown, context: Context) =>
    typeof event === 'object' && event !== null && 'requestContext' in event
      ? commands(event, context)
      : events(event, context);
}

function refused(statusCode: number, reason: string): ProxyResult {
  return jsonAnswer(statusCode, { outcome: 'refused', reason });
}

function wrongIn({ issues }: z.ZodError): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => [...path.map((part) => String(part).slice(0, 40)), message].join(': '))
    .join('; ')
    .slice(0, 600);
}
