import { dynamoDbWakeUps } from '../../storage/dynamodb-wake-ups.ts';
import { setting } from '../../platform/environment.ts';
import { documents } from './documents.ts';

/** Wakes the one who answers for executions that wait. */
export const wakeUps = dynamoDbWakeUps(documents, setting('TABLE_NAME'));
