import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { eventsQuery } from '../dynamodb-events.ts';
import { pagesOf } from '../dynamodb-requests.ts';
import type { WrittenTable } from './missing-objects.ts';

/** What the archive reads of the stage's table, consistently. */
export function dynamoDbWrittenTable(client: DynamoDBDocumentClient, table: string): WrittenTable {
  return {
    async item({ pk, sk }) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }));
      return Item;
    },

    async eventsAfter(rolloutId, sequence) {
      const items = await pagesOf(client, eventsQuery(table, rolloutId, sequence));
      return items.map((item) => ({
        sequence: Number(String(item['sk']).slice('EVENT#'.length)),
        text: String(item['recorded']),
      }));
    },
  };
}
