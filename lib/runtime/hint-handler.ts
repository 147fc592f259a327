import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { logKeysOf } from './log-keys.ts';
import { logger } from '../platform/logger.ts';

/** What one record of the table's stream is a hint of, and who acts on it. */
export type Hint =
  | { readonly to: 'ResumeRollout'; readonly input: { readonly rolloutId: string } }
  | { readonly to: 'StartWaiting'; readonly input: { readonly service: string; readonly isNews: boolean } };

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
type StreamRecord = z.output<typeof streamEvent>['Records'][number];

const rolloutKey = 'ROLLOUT#';
const serviceKey = 'SERVICE#';

/** People have decided, a request began to wait, or a service is free; `undefined` for what means nothing. */
function hintOf({ eventName, dynamodb: { Keys } }: StreamRecord): Hint | undefined {
  const [pk, sk] = [Keys.pk.S, Keys.sk.S];
  if (pk.startsWith(rolloutKey) && sk.startsWith('WAKE#') && eventName !== 'REMOVE') {
    return { to: 'ResumeRollout', input: { rolloutId: pk.slice(rolloutKey.length) } };
  }
  if (!pk.startsWith(serviceKey)) return undefined;
  const service = pk.slice(serviceKey.length);
  if ((sk === 'LOCK' || sk === 'HOLD') && eventName === 'REMOVE')
    return { to: 'StartWaiting', input: { service, isNews: false } };
  if (sk === 'WAITING' && eventName !== 'REMOVE') return { to: 'StartWaiting', input: { service, isNews: true } };
  return undefined;
}

/**
 * Hands each hint of a batch of stream records to whoever acts on it: those of one rollout or service in order, up to the first
 * that fails, which is reported so that the stream delivers from there again; the others at the same time.
 */
export function hintHandler(relay: (hint: Hint) => Promise<void>) {
  const base = async (event: unknown): Promise<DynamoDBBatchResponse> => {
    logger.resetKeys();
    const byKey = Map.groupBy(streamEvent.parse(event).Records, ({ dynamodb }) => dynamodb.Keys.pk.S);
    const failures = await Promise.all([...byKey.values()].map((records) => relayInOrder(records, relay)));
    return { batchItemFailures: failures.flat() };
  };
  return middy<unknown, DynamoDBBatchResponse>().use(injectLambdaContext(logger)).handler(base);
}

async function relayInOrder(
  records: readonly StreamRecord[],
  relay: (hint: Hint) => Promise<void>,
): Promise<DynamoDBBatchResponse['batchItemFailures']> {
  for (const record of records) {
    const hint = hintOf(record);
    if (hint === undefined) continue;
    try {
      await relay(hint);
      logger.info('done', { ...logKeysOf(hint.input), hint });
    } catch (error) {
      logger.error('not done, the stream will deliver it again', { ...logKeysOf(hint.input), hint, error });
      return [{ itemIdentifier: record.dynamodb.SequenceNumber }];
    }
  }
  return [];
}
