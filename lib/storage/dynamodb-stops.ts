import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type KnownStops, stop, type StopScope, type Stops } from '../ports/stops.ts';
import { maintenanceRecord } from '../ports/maintenances.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';
import { messageOf } from '../specification/text/message-of.ts';

const kind = { form: stop };

/** The stops of a stage: one item a service and one for all, and one for each beginning and end. */
export function dynamoDbStops(client: DynamoDBDocumentClient, table: string): Stops {
  const read = async (scope: StopScope): Promise<KnownStops> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.stop(scope), ConsistentRead: true }),
    );
    if (Item === undefined) return { stops: [] };
    try {
      return { stops: [{ ...storedJson(Item, 'stop', kind), ...scope }] };
    } catch (error) {
      return { stops: [], unreadable: messageOf(error) };
    }
  };
  return {
    stops: async (service) =>
      together(await Promise.all([read({}), read({ service }), maintained(client, table, service)])),

    async putStop(scope, begins) {
      const written = JSON.stringify(begins);
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: table, Item: { ...keys.stop(scope), stop: written } } },
            { Put: { TableName: table, Item: { ...keys.stopHistory(scope, begins.at, 'BEGAN'), stop: written } } },
          ],
        }),
      );
    },

    async endStop(scope, ends) {
      try {
        await client.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Delete: {
                  TableName: table,
                  Key: keys.stop(scope),
                  ConditionExpression: 'attribute_exists(pk)',
                },
              },
              {
                Put: {
                  TableName: table,
                  Item: { ...keys.stopHistory(scope, ends.at, 'ENDED'), stop: JSON.stringify(ends) },
                },
              },
            ],
          }),
        );
        return true;
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        return false;
      }
    },
  };
}

/** Maintenance of a service, as far as it keeps rollouts from their steps. */
async function maintained(client: DynamoDBDocumentClient, table: string, service: string): Promise<KnownStops> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: keys.maintenance(service), ConsistentRead: true }),
  );
  if (Item === undefined) return { stops: [] };
  try {
    const { wanted, by, reason, at, since = at } = storedJson(Item, 'record', { form: maintenanceRecord });
    return { stops: [], ...(wanted === 'on' && { maintenance: { by, reason, at: since } }) };
  } catch (error) {
    return { stops: [], unreadable: messageOf(error) };
  }
}

function together(known: readonly KnownStops[]): KnownStops {
  const unreadable = known.find((one) => one.unreadable !== undefined)?.unreadable;
  const maintenance = known.find((one) => one.maintenance !== undefined)?.maintenance;
  return {
    stops: known.flatMap(({ stops }) => stops),
    ...(unreadable !== undefined && { unreadable }),
    ...(maintenance !== undefined && { maintenance }),
  };
}
