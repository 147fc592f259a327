import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  ConcurrentWrite,
  retention,
  type RolloutStore,
  rolloutSummary,
  StaleWrite,
  type StoredRollout,
} from '../ports/rollout-store.ts';
import { appended, opened } from './chain.ts';
import { checkedAgainstHead } from './chain-check.ts';
import { announcedItem, storedRollout } from './dynamodb-items.ts';
import { events, newestEvents } from './dynamodb-events.ts';
import type { ReadNewest } from './dynamodb-newest-event.ts';
import { dynamoDbAttestations } from './dynamodb-attestations.ts';
import { dynamoDbSpecs } from './dynamodb-specs.ts';
import { dynamoDbMaintenances } from './dynamodb-maintenances.ts';
import { dynamoDbPlannedWorks } from './dynamodb-planned-works.ts';
import { dynamoDbStops } from './dynamodb-stops.ts';
import { heldBy } from './dynamodb-holds.ts';
import { dynamoDbUnsettled } from './dynamodb-unsettled.ts';
import { dynamoDbWaiting } from './dynamodb-waiting.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { appendWrites, openingWrites, retentionEndWrites, type WriteItem } from './dynamodb-writes.ts';
import { storedJson, stringOf } from './stored-json.ts';

/**
 * The record in one DynamoDB table. Every append is one transaction over the events, the state, the service's lock and its
 * retention, under the condition that neither sequence nor fence moved.
 * @param readNewest asks for the newest event while the state is read, in place of after it
 */
export function dynamoDbRolloutStore(
  client: DynamoDBDocumentClient,
  table: string,
  readNewest?: ReadNewest,
): RolloutStore {
  const load = loaded(client, table, readNewest);
  const readService = serviceRead(client, table);
  const write = writer(client);
  const get = getter(client, table);

  return {
    ...dynamoDbSpecs(client, table),
    ...dynamoDbWaiting(client, table),
    ...dynamoDbUnsettled(client, table),
    ...dynamoDbStops(client, table),
    ...dynamoDbAttestations(client, table),
    ...dynamoDbMaintenances(client, table),
    ...dynamoDbPlannedWorks(client, table),
    load,
    service: readService,

    open: open(load, readService, write, table),

    async append(from, events, at) {
      const { rolloutId } = from.state;
      const { next, recorded } = appended(from, events, at);
      try {
        await write(appendWrites(table, from, next, recorded));
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw refusedWrite(from, await load(rolloutId), error);
      }
      return next;
    },

    events: events(client, table),

    newestEvents: newestEvents(client, table),

    async announcedUpTo(rolloutId) {
      const item = await get(keys.announced(rolloutId));
      return item === undefined ? 0 : Number(item['sequence']);
    },

    markAnnounced: markAnnounced(client, table),

    async endRetention(service, rolloutId) {
      try {
        await write(retentionEndWrites(table, service, rolloutId));
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },

    list: list(client, table),
  };
}

/** Tells a takeover from a write that somebody made meanwhile: after the latter the owner may try again. */
function refusedWrite(from: StoredRollout, found: StoredRollout | undefined, cause: unknown): StaleWrite {
  const { rolloutId, service } = from.state;
  const after = `Rollout ${rolloutId} of ${service} was changed or taken over by another writer after event ${String(from.sequence)}`;
  return found?.fence === from.fence
    ? new ConcurrentWrite(`${after}; read it again before writing.`, { cause })
    : new StaleWrite(`${after}; its new owner goes on with it.`, { cause });
}

function writer(client: DynamoDBDocumentClient) {
  return (items: WriteItem[]) => client.send(new TransactWriteCommand({ TransactItems: items }));
}

function getter(client: DynamoDBDocumentClient, table: string) {
  return async (key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
}

function loaded(
  client: DynamoDBDocumentClient,
  table: string,
  readNewest: ReadNewest | undefined,
): RolloutStore['load'] {
  const get = getter(client, table);
  return async (rolloutId) => {
    // One that fails is made up for by the reads below.
    const asked = readNewest?.(rolloutId).catch(() => undefined);
    const item = await get(keys.state(rolloutId)).finally(() => asked);
    const newest = await asked;
    if (item === undefined) return undefined;
    const stored = storedRollout(item);
    const read = (sequence: number) => {
      const key = keys.event(rolloutId, sequence);
      return newest?.['sk'] === key.sk ? Promise.resolve(newest) : get(key);
    };
    return { ...stored, ...(await checkedAgainstHead(item, stored, read)) };
  };
}

function serviceRead(client: DynamoDBDocumentClient, table: string): RolloutStore['service'] {
  const get = getter(client, table);
  return async (name) => {
    const [lock, kept, held] = await Promise.all([
      get(keys.lock(name)),
      get(keys.retention(name)),
      get(keys.hold(name)),
    ]);
    return {
      lockedBy: lock === undefined ? undefined : stringOf(lock, 'rolloutId'),
      retention: kept === undefined ? undefined : storedJson(kept, 'retention', { form: retention }),
      hold: held === undefined ? undefined : heldBy(held),
    };
  };
}

function markAnnounced(client: DynamoDBDocumentClient, table: string): RolloutStore['markAnnounced'] {
  return async (rolloutId, from, to) => {
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: announcedItem(rolloutId, to),
          ConditionExpression: from === 0 ? 'attribute_not_exists(pk)' : '#sequence = :from',
          ...(from === 0
            ? {}
            : {
                ExpressionAttributeNames: { '#sequence': 'sequence' },
                ExpressionAttributeValues: { ':from': from },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      throw error;
    }
  };
}

function list(client: DynamoDBDocumentClient, table: string): RolloutStore['list'] {
  return async (service, atMost) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': keys.lock(service).pk, ':prefix': 'ROLLOUT#' },
        ScanIndexForward: false,
        Limit: atMost,
      }),
    );
    return Items.map((item) => storedJson(item, 'summary', { form: rolloutSummary }));
  };
}

function open(
  load: RolloutStore['load'],
  readService: RolloutStore['service'],
  write: ReturnType<typeof writer>,
  table: string,
): RolloutStore['open'] {
  return async (rolloutId, event, at) => {
    const existing = await load(rolloutId);
    if (existing !== undefined) return { outcome: 'opened', stored: existing };
    const { next: stored, recorded } = opened(rolloutId, event, at);
    try {
      await write(openingWrites(table, stored, event, recorded));
      return { outcome: 'opened', stored };
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      // A call of the same execution may have opened it between the reading and the write.
      const openedMeanwhile = await load(rolloutId);
      if (openedMeanwhile !== undefined) return { outcome: 'opened', stored: openedMeanwhile };
      const { lockedBy } = await readService(event.service);
      if (lockedBy !== undefined) return { outcome: 'busy', lockedBy };
      throw new Error(
        `Another rollout of ${event.service} held the lock, or the retention that this one needs, and has just ended, or a release began or ended; open this one again.`,
        { cause: error },
      );
    }
  };
}
