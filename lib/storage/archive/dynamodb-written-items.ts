import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { WrittenItems } from '../../ports/record-archive.ts';

/** What was written once to the stage's table, read consistently. */
export function dynamoDbWrittenItems(client: DynamoDBDocumentClient, table: string): WrittenItems {
  return {
    async newest(pk, prefix, atMost) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
          ScanIndexForward: false,
          Limit: atMost,
        }),
      );
      return Items.map((item) => ({ pk: String(item['pk']), sk: String(item['sk']) }));
    },
  };
}
