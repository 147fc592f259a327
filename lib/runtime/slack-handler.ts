import { createHash } from 'node:crypto';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import * as z from 'zod';
import { type SlackInteraction, slackInteractionOf } from '../channels/slack/interaction.ts';
import { isFromSlack, mayBeFromSlack } from '../channels/slack/signature.ts';
import { reasonField } from '../channels/slack/actions.ts';
import type { OneTimeIds } from '../ports/one-time-ids.ts';
import type { SlackAnswer } from '../usecases/people/answer-slack.ts';
import { logger } from '../platform/logger.ts';
import { bytesOf, proxyBody, type ProxyResult } from './proxy.ts';

/** A request as API Gateway hands it on, with the names of its headers in small letters. */
const apiEvent = z.looseObject({
  headers: z.record(z.string(), z.string().nullish()).nullish(),
  ...proxyBody,
});

export interface SlackEntrance {
  /** The app's signing secret. */
  readonly signingSecret: () => Promise<string>;
  readonly ids: OneTimeIds;
  readonly now: () => Date;
}

/** Twice the time within which a request is believed, on both sides of now. */
const rememberedSeconds = 1_200;
/** Slack's own payloads stay far below; nobody's longer one is worth hashing. */
const mostBytes = 1_000_000;

/**
 * The door for clicks in Slack: believes a request whose signature over the raw body fits and whose time is near, once; then hands
 * on what somebody did. What it refuses it answers without a reason. Neither body nor headers are ever logged.
 */
export function slackHandler(entrance: SlackEntrance, act: (interaction: SlackInteraction) => Promise<SlackAnswer>) {
  const base = async (event: unknown): Promise<ProxyResult> => {
    logger.resetKeys();
    const request = apiEvent.parse(event);
    const raw = bytesOf(request);
    const signature = request.headers?.['x-slack-signature'] ?? '';
    const timestamp = request.headers?.['x-slack-request-timestamp'] ?? '';
    const signed = { timestamp, signature, body: raw };
    if (raw.length > mostBytes) return answered(413);
    // Anybody may knock: only what could be Slack's is worth reading the secret for.
    const now = entrance.now();
    if (!mayBeFromSlack(signed, now) || !isFromSlack(signed, await entrance.signingSecret(), now)) {
      logger.warn('a request that Slack did not sign, or not now, was refused');
      return answered(401);
    }
    // The same signature is the same request: each of Slack's own carries another trigger, and so another one.
    if (!(await entrance.ids.claim(createHash('sha256').update(signature).digest('hex'), rememberedSeconds))) {
      logger.warn('a request that came before was refused');
      return answered(409);
    }
    const interaction = slackInteractionOf(raw.toString('utf8'));
    // Buttons of other products in the same app, closed dialogs: Slack wants an answer all the same.
    if (interaction === undefined) return answered(200);
    logger.appendKeys({ rolloutId: interaction.click.rollout });
    const answer = await act(interaction);
    logger.info('answered', { action: interaction.click.action, kind: interaction.kind, outcome: answer.outcome });
    return responseTo(interaction, answer);
  };
  return middy<unknown, ProxyResult>()
    .use(injectLambdaContext(logger))
    .use(httpHeaderNormalizer())
    .onError(({ error }) => {
      logger.error('failed', { error });
    })
    .handler(base);
}

function responseTo({ kind }: SlackInteraction, answer: SlackAnswer): ProxyResult {
  if (kind === 'click') return answered(200);
  if (answer.outcome === 'taken') return answered(200, { response_action: 'clear' });
  return answered(200, { response_action: 'errors', errors: { [reasonField.block]: answer.reason.slice(0, 1000) } });
}

function answered(statusCode: number, body?: unknown): ProxyResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
