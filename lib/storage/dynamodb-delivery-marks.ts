import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { deliveryMark, type DeliveryMarks, unmarked } from '../channels/delivery-marks.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';

/** Marks beside the rollout's record, each with a version that every write is conditional on. */
export function dynamoDbDeliveryMarks(client: DynamoDBDocumentClient, table: string): DeliveryMarks {
  return {
    async read(rolloutId, channel) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.delivery(rolloutId, channel), ConsistentRead: true }),
      );
      if (Item === undefined) return { mark: unmarked, version: 0 };
      return { mark: storedJson(Item, 'mark', { form: deliveryMark }), version: Number(Item['version']) };
    },
    async write(rolloutId, channel, mark, from) {
      const isFirst = from === 0;
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keys.delivery(rolloutId, channel), mark: JSON.stringify(mark), version: from + 1 },
            ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : '#version = :from',
            ...(isFirst
              ? {}
              : { ExpressionAttributeNames: { '#version': 'version' }, ExpressionAttributeValues: { ':from': from } }),
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
