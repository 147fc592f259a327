import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../client-settings.ts';
import { dynamoDbRolloutStore } from '../dynamodb-rollout-store.ts';
import { loggedStore } from '../../runtime/logged-store.ts';
import { setting } from '../environment.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The record, in the stack's table; what is read of a rollout stands in every log line after it. */
export const store = loggedStore(dynamoDbRolloutStore(client, setting('TABLE_NAME')));
