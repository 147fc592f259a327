import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Emergencies, emergencyRecord } from '../ports/emergencies.ts';
import { keys } from './dynamodb-keys.ts';
import { newestRecords } from './dynamodb-newest-record.ts';

const kind = { form: emergencyRecord };

/** Emergencies of a stage's services: one item a service, the newest. What happened in it is in the record of a rollout. */
export function dynamoDbEmergencies(client: DynamoDBDocumentClient, table: string): Emergencies {
  const { read, put } = newestRecords(client, table, {
    name: 'emergency',
    kind,
    keyOf: keys.emergency,
  });
  return { emergency: read, putEmergency: put };
}
