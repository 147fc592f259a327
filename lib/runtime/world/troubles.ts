import { setting } from '../../platform/environment.ts';
import { dynamoDbTroubles } from '../../storage/dynamodb-troubles.ts';
import { documents } from './documents.ts';

/** Incidents and emergencies of all services, in the stack's table. */
export const troubles = dynamoDbTroubles(documents, setting('TABLE_NAME'));
