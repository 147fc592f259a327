import { dynamoDbRolloutStore } from '../../storage/dynamodb-rollout-store.ts';
import { loggedStore } from '../logged-store.ts';
import { setting } from '../../platform/environment.ts';
import { documents } from './documents.ts';

/** The record, in the stack's table; what is read of a rollout stands in every log line after it. */
export const store = loggedStore(dynamoDbRolloutStore(documents, setting('TABLE_NAME')));
