import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TaskTokens } from '../ports/task-tokens.ts';
import { keys } from './dynamodb-keys.ts';

/** Items of the record whose stream wakes the one who answers for executions that wait. */
export function dynamoDbWakeUps(client: DynamoDBDocumentClient, record: string): Pick<TaskTokens, 'wake'> {
  return {
    async wake(rolloutId) {
      const Item = keys.wakeUp(rolloutId, `again-${Date.now()}`);
      await client.send(new PutCommand({ TableName: record, Item }));
    },
  };
}
