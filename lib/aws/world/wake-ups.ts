import { dynamoDbWakeUps } from '../dynamodb-wake-ups.ts';
import { setting } from '../environment.ts';
import { documents } from './documents.ts';

/** Wakes the one who answers for executions that wait. */
export const wakeUps = dynamoDbWakeUps(documents, setting('TABLE_NAME'));
