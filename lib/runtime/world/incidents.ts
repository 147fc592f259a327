import { setting } from '../../platform/environment.ts';
import { dynamoDbIncidents } from '../../storage/dynamodb-incidents.ts';
import { documents } from './documents.ts';

/** Incidents, in the stack's table. */
export const incidents = dynamoDbIncidents(documents, setting('TABLE_NAME'));
