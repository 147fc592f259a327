import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from './dynamodb-keys.ts';

/** Reads the item of a rollout's newest event; `undefined` where it has none. */
export type ReadNewest = (rolloutId: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** The newest event by one query: for who has the right to query, and would otherwise wait for the state before asking for its event. */
export function newestEventByQuery(client: DynamoDBDocumentClient, table: string): ReadNewest {
  return async (rolloutId) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': keys.state(rolloutId).pk,
          ':from': keys.event(rolloutId, 1).sk,
          ':to': 'EVENT#~',
        },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items[0];
  };
}
