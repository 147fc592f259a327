import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Attestations, keptAttestations } from '../ports/attestations.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';

const kind = { form: keptAttestations };

/** Attestations in one item for each image of a service. */
export function dynamoDbAttestations(client: DynamoDBDocumentClient, table: string): Attestations {
  return {
    async attested(service, digest) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.attested(service, digest), ConsistentRead: true }),
      );
      return Item === undefined ? { revision: 0, attestations: [] } : storedJson(Item, 'attested', kind);
    },

    async putAttested(service, digest, next) {
      const { revision } = next;
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keys.attested(service, digest), revision, attested: JSON.stringify(next) },
            ConditionExpression: revision === 1 ? 'attribute_not_exists(pk)' : 'revision = :before',
            ...(revision > 1 && { ExpressionAttributeValues: { ':before': revision - 1 } }),
          }),
        );
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw new StaleWrite(`Others attested ${digest} of ${service} at the same time; send it again.`, {
          cause: error,
        });
      }
    },
  };
}
