import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { incidentRecord, type Incidents } from '../ports/incidents.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';

const kind = { form: incidentRecord };

/** Incidents of a stage's services: one item a service, the newest. What happened in each is in the record of a rollout. */
export function dynamoDbIncidents(client: DynamoDBDocumentClient, table: string): Incidents {
  return {
    async incident(service) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.incident(service), ConsistentRead: true }),
      );
      return Item && { record: storedJson(Item, 'record', kind), revision: Number(Item['revision']) };
    },

    async putIncident(service, record, follows) {
      const next = { record, revision: (follows?.revision ?? 0) + 1 };
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keys.incident(service), service, record: JSON.stringify(record), revision: next.revision },
            ...(follows === undefined
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'revision = :revision',
                  ExpressionAttributeValues: { ':revision': follows.revision },
                }),
          }),
        );
        return next;
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw new StaleWrite(`The incident of ${service} was changed by another writer.`, { cause: error });
      }
    },
  };
}
