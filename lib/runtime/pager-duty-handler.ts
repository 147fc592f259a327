import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import * as z from 'zod';
import type { AlertNews } from '../channels/alert-news.ts';
import { incidentEventOf } from '../channels/pagerduty/incident-event.ts';
import { isFromPagerDuty, mayBeFromPagerDuty } from '../channels/pagerduty/signature.ts';
import { logger } from '../platform/logger.ts';
import type { Heard } from '../usecases/people/hear-alert.ts';
import { bytesOf, proxyBody, type ProxyResult } from './proxy.ts';

/** A request as API Gateway hands it on, with the names of its headers in small letters. */
const apiEvent = z.looseObject({
  headers: z.record(z.string(), z.string().nullish()).nullish(),
  ...proxyBody,
});

/** PagerDuty's own payloads stay far below; nobody's longer one is worth hashing. */
const mostBytes = 500_000;

export interface PagerDutyEntrance {
  readonly stage: string;
  /** `undefined` where the stage has none: then nothing is read, and every request is answered with 404. */
  readonly webhookSecret: (() => Promise<string>) | undefined;
}

/**
 * The door for webhooks of PagerDuty: believes a request of which one signature over the raw body fits. What it refuses it answers
 * without a reason, and neither body nor headers are ever logged. PagerDuty sends again what is not answered with 2xx.
 */
export function pagerDutyHandler(
  { stage, webhookSecret }: PagerDutyEntrance,
  hear: (said: AlertNews) => Promise<Heard>,
) {
  const base = async (event: unknown): Promise<ProxyResult> => {
    logger.resetKeys();
    if (webhookSecret === undefined) {
      logger.info('nothing is heard of PagerDuty: the stage names no secret of its webhooks');
      return answered(404);
    }
    const request = apiEvent.parse(event);
    const raw = bytesOf(request);
    const header = request.headers?.['x-pagerduty-signature'] ?? '';
    if (raw.length > mostBytes) return answered(413);
    // Anybody may knock: only what could be PagerDuty's is worth reading the secret for.
    if (!mayBeFromPagerDuty(header) || !isFromPagerDuty(header, raw, await webhookSecret())) {
      logger.warn('a request that PagerDuty did not sign was refused');
      return answered(401);
    }
    const said = saidBy(raw.toString('utf8'), stage);
    if (said === 'unreadable') return answered(400);
    if (said === 'nothing') return answered(200);
    const heard = await hear(said);
    if (heard.outcome === 'recorded') logger.appendKeys({ rolloutId: heard.rolloutId });
    logger.info('heard', { change: said.change, ...heard });
    return answered(200);
  };
  return middy<unknown, ProxyResult>()
    .use(injectLambdaContext(logger))
    .use(httpHeaderNormalizer())
    .onError(({ error }) => {
      logger.error('failed', { error });
    })
    .handler(base);
}

function saidBy(body: string, stage: string): AlertNews | 'nothing' | 'unreadable' {
  try {
    return incidentEventOf(body, stage) ?? 'nothing';
  } catch (error) {
    // What the parser says names fields, which PagerDuty signed; texts of JSON.parse could hold what people wrote.
    const fields = error instanceof z.ZodError ? error.issues.map(({ path }) => path.join('.')) : [];
    logger.error('PagerDuty sent a webhook in a form that is not known', { fields });
    return 'unreadable';
  }
}

function answered(statusCode: number): ProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: '' };
}
