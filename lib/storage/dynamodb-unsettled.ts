import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { UnsettledRollouts } from '../ports/unsettled.ts';
import { unsettledItem } from './dynamodb-items.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder } from './dynamodb-requests.ts';
import { stringOf } from './stored-json.ts';

/** The rollouts that a sweep has to check: one small item each, under one key, so that an empty list costs one read unit. */
export function dynamoDbUnsettled(client: DynamoDBDocumentClient, table: string): UnsettledRollouts {
  const asRead = (sequence: number) => ({
    TableName: table,
    ConditionExpression: '#sequence = :sequence',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: { ':sequence': sequence },
  });
  const conditional = async (write: () => Promise<unknown>): Promise<boolean> => {
    try {
      await write();
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      throw error;
    }
  };
  return {
    async unsettled() {
      const items = await itemsUnder(client, table, keys.unsettled('').pk);
      return items.map((item) => ({
        rolloutId: stringOf(item, 'rolloutId'),
        sequence: Number(item['sequence']),
        ...(typeof item['notBefore'] === 'string' && { notBefore: item['notBefore'] }),
      }));
    },

    settle: ({ rolloutId, sequence }) =>
      conditional(() => client.send(new DeleteCommand({ Key: keys.unsettled(rolloutId), ...asRead(sequence) }))),

    putOff: ({ rolloutId, sequence }, notBefore) =>
      conditional(() =>
        client.send(
          new PutCommand({ Item: { ...unsettledItem(rolloutId, sequence), notBefore }, ...asRead(sequence) }),
        ),
      ),
  };
}
