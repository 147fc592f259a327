import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OneTimeIds } from '../ports/one-time-ids.ts';
import { conditionFailed } from './dynamodb-requests.ts';

/** Names in the table of what belongs to people, each written under the condition that it is new. DynamoDB forgets them in time. */
export function dynamoDbOneTimeIds(
  client: DynamoDBDocumentClient,
  table: string,
  prefix: 'SLACK' | 'OPEN',
  now: () => Date,
): OneTimeIds {
  return {
    async claim(id, seconds) {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { id: `${prefix}#${id}`, ttl: Math.ceil(now().getTime() / 1000) + seconds },
            ConditionExpression: 'attribute_not_exists(id)',
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
