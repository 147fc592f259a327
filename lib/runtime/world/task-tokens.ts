import { dynamoDbTaskTokens } from '../../storage/dynamodb-task-tokens.ts';
import { setting } from '../../platform/environment.ts';
import { documents } from './documents.ts';

/** Tokens of executions that wait, in the table of what belongs to people. */
export const taskTokens = dynamoDbTaskTokens(documents, {
  secrets: setting('PEOPLE_TABLE_NAME'),
  record: setting('TABLE_NAME'),
});
