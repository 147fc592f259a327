import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SignIns } from '../ports/sign-ins.ts';
import { keys } from './dynamodb-keys.ts';

/** Sign-ins of a stage, and the map of people beside them, in one transaction. */
export function dynamoDbSignIns(client: DynamoDBDocumentClient, table: string): SignIns {
  return {
    async keep(entry, person) {
      const kept = { ...keys.signIn(entry), ...entry };
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: table, Item: kept, ConditionExpression: 'attribute_not_exists(pk)' } },
            { Put: { TableName: table, Item: { ...keys.person(entry.person), ...person } } },
          ],
        }),
      );
    },
  };
}
