import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RolloutStore } from '../ports/rollout-store.ts';
import { storedEvent } from './dynamodb-items.ts';
import { keys } from './dynamodb-keys.ts';
import { pagesOf } from './dynamodb-requests.ts';

/** Reads events after a sequence, in order. */
export function events(client: DynamoDBDocumentClient, table: string): RolloutStore['events'] {
  return async (rolloutId, afterSequence, atMost) => {
    const items = await pagesOf(client, eventsQuery(table, rolloutId, afterSequence, atMost));
    return items.map(storedEvent);
  };
}

/** Returns the consistent query of a rollout's events after a sequence, in order. */
export function eventsQuery(table: string, rolloutId: string, afterSequence: number, atMost?: number) {
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': keys.state(rolloutId).pk,
      ':from': keys.event(rolloutId, afterSequence + 1).sk,
      // Sequences have no gaps.
      ':to': atMost === undefined ? 'EVENT#~' : keys.event(rolloutId, afterSequence + atMost).sk,
    },
  };
}

/** Reads the newest events, in order, in one query. */
export function newestEvents(client: DynamoDBDocumentClient, table: string): RolloutStore['newestEvents'] {
  return async (rolloutId, atMost) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': keys.state(rolloutId).pk, ':event': 'EVENT#' },
        ScanIndexForward: false,
        Limit: atMost,
      }),
    );
    return Items.map(storedEvent).toReversed();
  };
}
