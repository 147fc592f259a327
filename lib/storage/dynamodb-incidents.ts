import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { incidentRecord, type Incidents } from '../ports/incidents.ts';
import { keys } from './dynamodb-keys.ts';
import { newestRecords } from './dynamodb-newest-record.ts';

const kind = { form: incidentRecord };

/** Incidents of a stage's services: one item a service, the newest. What happened in each is in the record of a rollout. */
export function dynamoDbIncidents(client: DynamoDBDocumentClient, table: string): Incidents {
  const { read, put } = newestRecords(client, table, { name: 'incident', kind, keyOf: keys.incident });
  return { incident: read, putIncident: put };
}
