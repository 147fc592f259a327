import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { UnsettledRollouts } from '../ports/unsettled.ts';
import { stringOf } from './dynamodb-items.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, pagesOf } from './dynamodb-requests.ts';

/** The rollouts that a sweep has to check: one small item each, under one key, so that an empty list costs one read unit. */
export function dynamoDbUnsettled(client: DynamoDBDocumentClient, table: string): UnsettledRollouts {
  return {
    async unsettled() {
      const items = await pagesOf(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keys.unsettled('').pk },
      });
      return items.map((item) => ({ rolloutId: stringOf(item, 'rolloutId'), sequence: Number(item['sequence']) }));
    },

    async settle({ rolloutId, sequence }) {
      try {
        await client.send(
          new DeleteCommand({
            TableName: table,
            Key: keys.unsettled(rolloutId),
            ConditionExpression: '#sequence = :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': sequence },
          }),
        );
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },
  };
}
