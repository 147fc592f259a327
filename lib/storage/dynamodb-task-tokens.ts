import { createHash } from 'node:crypto';
import { SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TaskTokens, WaitingExecutions } from '../ports/task-tokens.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { dynamoDbWakeUps } from './dynamodb-wake-ups.ts';
import { stringOf } from './stored-json.ts';

/** The longest wait that a spec may ask for, and a week in which somebody may look at what went wrong. */
const keptSeconds = 15 * 86_400;

/** Where the tokens lie: a table of their own, which the functions of the rollout cannot read. */
export interface TokenTables {
  /** The table of what belongs to people: tokens and links. */
  readonly secrets: string;
  /** The record, whose stream wakes the one who answers. */
  readonly record: string;
}

/** Task tokens in DynamoDB, which encrypts them at rest. */
export function dynamoDbTaskTokens(client: DynamoDBDocumentClient, { secrets, record }: TokenTables): TaskTokens {
  return {
    async keep(rolloutId, token) {
      const ttl = Math.floor(Date.now() / 1000) + keptSeconds;
      const Item = { ...tokenKey(rolloutId), token, tokenHash: hashOf(token), ttl };
      await client.send(new PutCommand({ TableName: secrets, Item }));
    },

    ...dynamoDbWakeUps(client, record),
  };
}

/** Executions of Step Functions that wait with a task token. */
export function sfnWaitingExecutions(
  client: DynamoDBDocumentClient,
  sfn: SFNClient,
  secrets: string,
): WaitingExecutions {
  return {
    async tokenOf(rolloutId) {
      const key = { TableName: secrets, Key: tokenKey(rolloutId), ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(key));
      return Item === undefined ? undefined : stringOf(Item, 'token');
    },

    async answer(taskToken, output) {
      try {
        await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
      } catch (error) {
        // Answered before, stopped by the rollback machine, or over its ceiling: it no longer waits.
        if (!(error instanceof TaskDoesNotExist || error instanceof TaskTimedOut)) throw error;
      }
    },

    async forget(rolloutId, token) {
      try {
        await client.send(
          new DeleteCommand({
            TableName: secrets,
            Key: tokenKey(rolloutId),
            ConditionExpression: 'tokenHash = :hash',
            ExpressionAttributeValues: { ':hash': hashOf(token) },
          }),
        );
      } catch (error) {
        if (!conditionFailed(error)) throw error;
      }
    },
  };
}

function tokenKey(rolloutId: string) {
  return { id: `TOKEN#${rolloutId}` };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
