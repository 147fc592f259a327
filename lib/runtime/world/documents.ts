import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../platform/client-settings.ts';

/** The one client of the stack's tables. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings), {
  marshallOptions: { removeUndefinedValues: true },
});
