import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../client-settings.ts';
import { dynamoDbRolloutStore } from '../dynamodb-rollout-store.ts';
import { setting } from '../environment.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The record, in the stack's table. */
export const store = dynamoDbRolloutStore(client, setting('TABLE_NAME'));
