import { dynamoDbRolloutStore } from '../dynamodb-rollout-store.ts';
import { loggedStore } from '../../runtime/logged-store.ts';
import { setting } from '../environment.ts';
import { documents } from './documents.ts';

/** The record, in the stack's table; what is read of a rollout stands in every log line after it. */
export const store = loggedStore(dynamoDbRolloutStore(documents, setting('TABLE_NAME')));
