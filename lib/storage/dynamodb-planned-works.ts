import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { plannedWork, type PlannedWorks } from '../ports/planned-works.ts';
import { StaleWrite } from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder } from './dynamodb-requests.ts';
import { revisedPut } from './revised-put.ts';
import { storedJson } from './stored-json.ts';

const kind = { form: plannedWork };

/** Planned work of a stage's services: one item a service. What was said of it is in the record of a rollout. */
export function dynamoDbPlannedWorks(client: DynamoDBDocumentClient, table: string): PlannedWorks {
  return {
    async plannedWorks() {
      const items = await itemsUnder(client, table, keys.plannedWork('').pk);
      return items.map((item) => ({
        work: storedJson(item, 'work', kind),
        revision: Number(item['revision']),
      }));
    },

    async putPlannedWork(work, follows) {
      const revision = (follows?.revision ?? 0) + 1;
      try {
        await client.send(
          new PutCommand(revisedPut(table, { ...keys.plannedWork(work.service), work: JSON.stringify(work) }, follows)),
        );
        return { work, revision };
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw new StaleWrite(`The planned work of ${work.service} was changed by another writer.`, { cause: error });
      }
    },

    async endPlannedWork({ work, revision }) {
      try {
        await client.send(
          new DeleteCommand({
            TableName: table,
            Key: keys.plannedWork(work.service),
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeValues: { ':revision': revision },
          }),
        );
      } catch (error) {
        // Gone already, or newer work is planned in its place: both are as they should be.
        if (!conditionFailed(error)) throw error;
      }
    },
  };
}
