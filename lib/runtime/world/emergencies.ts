import { setting } from '../../platform/environment.ts';
import { dynamoDbEmergencies } from '../../storage/dynamodb-emergencies.ts';
import { documents } from './documents.ts';

/** Emergencies, in the stack's table. */
export const emergencies = dynamoDbEmergencies(documents, setting('TABLE_NAME'));
