import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { endsRetention } from '../rollout/retirement.ts';
import { isActive } from '../rollout/rule-book.ts';
import { evolve, openedState, type RolloutState } from '../rollout/state.ts';
import {
  ConcurrentWrite,
  type Retention,
  type RolloutStore,
  type RolloutSummary,
  StaleWrite,
  type StoredRollout,
} from '../ports/rollout-store.ts';
import {
  announcedItem,
  eventItem,
  retentionItem,
  stateItem,
  storedRollout,
  stringOf,
  summaryItem,
} from './dynamodb-items.ts';
import { dynamoDbSpecs } from './dynamodb-specs.ts';
import { dynamoDbWaiting } from './dynamodb-waiting.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, pagesOf } from './dynamodb-requests.ts';

type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * The record in one DynamoDB table. Every append is one transaction over the events, the state, the service's lock and its
 * retention, under the condition that neither sequence nor fence moved.
 */
export function dynamoDbRolloutStore(client: DynamoDBDocumentClient, table: string): RolloutStore {
  const write = (items: WriteItem[]) => client.send(new TransactWriteCommand({ TransactItems: items }));

  const get = async (key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;

  const load = async (rolloutId: string): Promise<StoredRollout | undefined> => {
    const item = await get(keys.state(rolloutId));
    return item === undefined ? undefined : storedRollout(item);
  };

  const readService: RolloutStore['service'] = async (name) => {
    const [lock, retention] = await Promise.all([get(keys.lock(name)), get(keys.retention(name))]);
    return {
      lockedBy: lock === undefined ? undefined : stringOf(lock, 'rolloutId'),
      retention: retention === undefined ? undefined : (JSON.parse(stringOf(retention, 'retention')) as Retention),
    };
  };

  return {
    ...dynamoDbSpecs(client, table),
    ...dynamoDbWaiting(client, table),
    load,
    service: readService,

    async open(rolloutId, event, at) {
      const existing = await load(rolloutId);
      if (existing !== undefined) return { outcome: 'opened', stored: existing };
      const state = openedState(rolloutId, at, event);
      const stored: StoredRollout = { state, sequence: 1, fence: 1 };
      const fresh = 'attribute_not_exists(pk)';
      const items: WriteItem[] = [
        {
          Put: {
            TableName: table,
            Item: { ...keys.lock(event.service), rolloutId, executionArn: event.executionArn },
            ConditionExpression: fresh,
          },
        },
        { Put: { TableName: table, Item: stateItem(stored), ConditionExpression: fresh } },
        {
          Put: { TableName: table, Item: eventItem({ rolloutId, sequence: 1, at, event }), ConditionExpression: fresh },
        },
        { Put: { TableName: table, Item: summaryItem(state) } },
        ...sameRetention(table, event),
      ];
      try {
        await write(items);
        return { outcome: 'opened', stored };
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        // A call of the same execution may have opened it between the look and the write.
        const openedMeanwhile = await load(rolloutId);
        if (openedMeanwhile !== undefined) return { outcome: 'opened', stored: openedMeanwhile };
        const { lockedBy } = await readService(event.service);
        if (lockedBy !== undefined) return { outcome: 'busy', lockedBy };
        throw new Error(
          `Another rollout of ${event.service} held the lock, or the retention that this one needs, and has just ended; open this one again.`,
          { cause: error },
        );
      }
    },

    async append(from, events, at) {
      const { rolloutId } = from.state;
      let state = from.state;
      const recorded: RecordedEvent[] = [];
      for (const event of events) {
        state = evolve(state, event, at);
        recorded.push({ rolloutId, sequence: from.sequence + recorded.length + 1, at, event });
      }
      const next: StoredRollout = { ...from, state, sequence: from.sequence + recorded.length };
      try {
        await write([
          replaceState(table, from, next),
          ...recorded.map((one) => ({
            Put: { TableName: table, Item: eventItem(one), ConditionExpression: 'attribute_not_exists(pk)' },
          })),
          ...(state.phase === from.state.phase ? [] : [{ Put: { TableName: table, Item: summaryItem(state) } }]),
          ...consequences(table, from.state, state, events),
          ...endOfRetention(table, state, events),
          ...wakeUpCall(table, from.state, next),
        ]);
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw refusedWrite(from, await load(rolloutId), error);
      }
      return next;
    },

    async events(rolloutId, afterSequence, atMost) {
      const items = await pagesOf(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': keys.state(rolloutId).pk,
          ':from': keys.event(rolloutId, afterSequence + 1).sk,
          // Sequences have no gaps.
          ':to': atMost === undefined ? 'EVENT#~' : keys.event(rolloutId, afterSequence + atMost).sk,
        },
      });
      return items.map((item) => JSON.parse(stringOf(item, 'recorded')) as RecordedEvent);
    },

    async announcedUpTo(rolloutId) {
      const item = await get(keys.announced(rolloutId));
      return item === undefined ? 0 : Number(item['sequence']);
    },

    async markAnnounced(rolloutId, from, to) {
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
    },

    async endRetention(service, rolloutId) {
      try {
        await write([
          {
            ConditionCheck: {
              TableName: table,
              Key: keys.lock(service),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Delete: {
              TableName: table,
              Key: keys.retention(service),
              ConditionExpression: 'rolloutId = :id',
              ExpressionAttributeValues: { ':id': rolloutId },
            },
          },
        ]);
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },

    async list(service, atMost) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.lock(service).pk, ':prefix': 'ROLLOUT#' },
          ScanIndexForward: false,
          Limit: atMost,
        }),
      );
      return Items.map((item) => JSON.parse(stringOf(item, 'summary')) as RolloutSummary);
    },
  };
}

/** Tells a takeover from a write that somebody made meanwhile: after the latter the owner may try again. */
function refusedWrite(from: StoredRollout, found: StoredRollout | undefined, cause: unknown): StaleWrite {
  const { rolloutId, service } = from.state;
  const after = `Rollout ${rolloutId} of ${service} was changed or taken over by somebody else after event ${String(from.sequence)}`;
  return found?.fence === from.fence
    ? new ConcurrentWrite(`${after}; read it again before writing.`, { cause })
    : new StaleWrite(`${after}; its new owner goes on with it.`, { cause });
}

/** One that goes back to the kept version needs its retention to be the one that it saw; it ends once green is deployed. */
function sameRetention(
  table: string,
  { service, rollback }: Extract<RolloutEvent, { type: 'RolloutOpened' }>,
): WriteItem[] {
  if (rollback?.to !== 'kept') return [];
  return [
    {
      ConditionCheck: {
        TableName: table,
        Key: keys.retention(service),
        ConditionExpression: 'rolloutId = :of',
        ExpressionAttributeValues: { ':of': rollback.of },
      },
    },
  ];
}

/** A rollout that has taken the slot of the kept version ends its retention; one that is rejected before leaves it as it is. */
function endOfRetention(table: string, { service }: RolloutState, events: readonly RolloutEvent[]): WriteItem[] {
  return endsRetention(events) ? [{ Delete: { TableName: table, Key: keys.retention(service) } }] : [];
}

function replaceState(table: string, from: StoredRollout, next: StoredRollout): WriteItem {
  return {
    Put: {
      TableName: table,
      Item: stateItem(next),
      ConditionExpression: '#sequence = :sequence AND #fence = :fence',
      ExpressionAttributeNames: { '#sequence': 'sequence', '#fence': 'fence' },
      ExpressionAttributeValues: { ':sequence': from.sequence, ':fence': from.fence },
    },
  };
}

/** An execution that waits for people learns from the stream of this item that they have decided. */
function wakeUpCall(table: string, before: RolloutState, { state, sequence }: StoredRollout): WriteItem[] {
  if (before.phase !== 'awaitingApproval' || state.phase === 'awaitingApproval') return [];
  return [{ Put: { TableName: table, Item: keys.wakeUp(state.rolloutId, String(sequence)) } }];
}

/** What an append changes besides the rollout itself: the lock of a rollout that ends, the retention of one that succeeds. */
function consequences(
  table: string,
  before: RolloutState,
  after: RolloutState,
  events: readonly RolloutEvent[],
): WriteItem[] {
  if (!isActive(before) || isActive(after)) return [];
  const release: WriteItem = {
    Delete: {
      TableName: table,
      Key: keys.lock(after.service),
      ConditionExpression: 'rolloutId = :id',
      ExpressionAttributeValues: { ':id': after.rolloutId },
    },
  };
  const success = events.find((event) => event.type === 'RolloutSucceeded');
  if (success === undefined) return [release];
  return [release, { Put: { TableName: table, Item: retentionItem(after, success.keptUntil) } }];
}
