import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { logKeysOf } from './log-keys.ts';
import { logger } from '../platform/logger.ts';
import type { WrittenOnce } from '../ports/record-archive.ts';
import type { AlterationInput } from '../usecases/watching/report-alteration.ts';

/** What one record of the table's stream is a hint of, and who acts on it. */
export type Hint =
  | { readonly to: 'ResumeRollout'; readonly input: { readonly rolloutId: string } }
  | { readonly to: 'StartWaiting'; readonly input: { readonly service: string; readonly isNews: boolean } }
  | { readonly to: 'ReportAlteration'; readonly input: AlterationInput };

/** What was written to the table, for the archive. */
export interface ArchiveHint {
  readonly items: readonly WrittenOnce[];
}

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

/** An event was changed or removed, which nothing of the product does; where all of a record goes, one of a batch tells of it. */
function alterationOf({ eventName, dynamodb: { Keys } }: StreamRecord): Hint | undefined {
  const [, rolloutId] = /^ROLLOUT#(.+)$/.exec(Keys.pk.S) ?? [];
  const [, number] = /^EVENT#(\d+)$/.exec(Keys.sk.S) ?? [];
  if (rolloutId === undefined || number === undefined || eventName === 'INSERT') return undefined;
  const how = eventName === 'REMOVE' ? 'removed' : 'changed';
  return { to: 'ReportAlteration', input: { rolloutId, sequence: Number(number), how } };
}

/** People have decided, a request began to wait, a service is free, or an event was changed; `undefined` for what means nothing. */
function hintOf(record: StreamRecord): Hint | undefined {
  const { eventName, dynamodb } = record;
  const { Keys } = dynamodb;
  const [pk, sk] = [Keys.pk.S, Keys.sk.S];
  if (pk.startsWith(rolloutKey) && sk.startsWith('WAKE#') && eventName !== 'REMOVE') {
    return { to: 'ResumeRollout', input: { rolloutId: pk.slice(rolloutKey.length) } };
  }
  if (!pk.startsWith(serviceKey)) return alterationOf(record);
  const service = pk.slice(serviceKey.length);
  if ((sk === 'LOCK' || sk === 'HOLD') && eventName === 'REMOVE')
    return { to: 'StartWaiting', input: { service, isNews: false } };
  if (sk === 'WAITING' && eventName !== 'REMOVE') return { to: 'StartWaiting', input: { service, isNews: true } };
  return undefined;
}

/** What is archived, of all that is written once. */
const archivedKey = /^(?:EVENT|ENTRY|SPEC|MAINTENANCE|STOP|SIGNIN)#/;

function archiveHint(records: readonly StreamRecord[]): ArchiveHint {
  const written = records.filter(({ eventName }) => eventName === 'INSERT');
  const items = written.map(({ dynamodb: { Keys } }) => ({ pk: Keys.pk.S, sk: Keys.sk.S }));
  return { items: items.filter(({ sk }) => archivedKey.test(sk)) };
}

/**
 * Hands each hint of a batch of stream records to the function that acts on it: those of one rollout or service in order, up to the first
 * that fails, which is reported so that the stream delivers from there again; the others at the same time. What was written goes to
 * the archive besides: that nobody waits for, and where it fails the archive's own sweep makes up for it.
 */
export function hintHandler(relay: (hint: Hint) => Promise<void>, archive: (hint: ArchiveHint) => Promise<void>) {
  const base = async (event: unknown): Promise<DynamoDBBatchResponse> => {
    logger.resetKeys();
    const { Records } = streamEvent.parse(event);
    const byKey = Map.groupBy(Records, ({ dynamodb }) => dynamodb.Keys.pk.S);
    const [failures] = await Promise.all([
      Promise.all([...byKey.values()].map((records) => relayInOrder(records, relay))),
      handToArchive(archiveHint(Records), archive),
    ]);
    return { batchItemFailures: failures.flat() };
  };
  return middy<unknown, DynamoDBBatchResponse>().use(injectLambdaContext(logger)).handler(base);
}

async function handToArchive(hint: ArchiveHint, archive: (hint: ArchiveHint) => Promise<void>): Promise<void> {
  if (hint.items.length === 0) return;
  try {
    await archive(hint);
  } catch (error) {
    logger.error('the archive was not told, its sweep will find it', { hint, error });
  }
}

async function relayInOrder(
  records: readonly StreamRecord[],
  relay: (hint: Hint) => Promise<void>,
): Promise<DynamoDBBatchResponse['batchItemFailures']> {
  let isAlterationTold = false;
  for (const record of records) {
    const hint = hintOf(record);
    if (hint === undefined) continue;
    const isAlteration = hint.to === 'ReportAlteration';
    if (isAlteration && isAlterationTold) {
      logger.warn('told with the first of its batch', { ...logKeysOf(hint.input), hint });
      continue;
    }
    try {
      await relay(hint);
      isAlterationTold ||= isAlteration;
      logger.info('done', { ...logKeysOf(hint.input), hint });
    } catch (error) {
      logger.error('not done, the stream will deliver it again', { ...logKeysOf(hint.input), hint, error });
      return [{ itemIdentifier: record.dynamodb.SequenceNumber }];
    }
  }
  return [];
}
