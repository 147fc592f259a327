import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { maintenanceRecord, type MaintenanceRecord, type Maintenances } from '../ports/maintenances.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder } from './dynamodb-requests.ts';
import { revisedPut } from './revised-put.ts';
import { storedJson } from './stored-json.ts';

const kind = { form: maintenanceRecord };

/** Maintenance of a stage's services: one item a service, and one for each order. */
export function dynamoDbMaintenances(client: DynamoDBDocumentClient, table: string): Maintenances {
  return {
    async maintenance(service) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.maintenance(service), ConsistentRead: true }),
      );
      return Item && { record: storedJson(Item, 'record', kind), revision: Number(Item['revision']) };
    },

    async putMaintenance(service, record, follows) {
      const next = { record, revision: (follows?.revision ?? 0) + 1 };
      const written = JSON.stringify(record);
      try {
        await client.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Put: revisedPut(table, { ...keys.maintenance(service), service, record: written }, follows),
              },
              ...(isOrder(record, follows?.record)
                ? [
                    {
                      Put: {
                        TableName: table,
                        Item: { ...keys.maintenanceOrder(service, next.revision), record: written },
                      },
                    },
                  ]
                : []),
            ],
          }),
        );
        return next;
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw new StaleWrite(`Maintenance of ${service} was changed by another writer.`, { cause: error });
      }
    },

    async maintained() {
      const items = await itemsUnder(client, table, keys.maintenance('').pk);
      return items.flatMap((item) => {
        const { wanted, standing } = storedJson(item, 'record', kind);
        const { service } = item;
        return typeof service === 'string' && (wanted === 'on' || standing !== 'down') ? [service] : [];
      });
    },
  };
}

function isOrder({ wanted, at }: MaintenanceRecord, before: MaintenanceRecord | undefined): boolean {
  return before?.wanted !== wanted || before.at !== at;
}
