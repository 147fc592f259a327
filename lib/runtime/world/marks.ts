import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../platform/client-settings.ts';
import { dynamoDbDeliveryMarks } from '../../storage/dynamodb-delivery-marks.ts';
import { setting } from '../../platform/environment.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings));

/** What each channel was shown, in the stack's table. */
export const marks = dynamoDbDeliveryMarks(client, setting('TABLE_NAME'));
