import { dynamoDbTaskTokens } from '../dynamodb-task-tokens.ts';
import { setting } from '../environment.ts';
import { documents } from './documents.ts';

/** Tokens of executions that wait, in the table of what belongs to people. */
export const taskTokens = dynamoDbTaskTokens(documents, {
  secrets: setting('PEOPLE_TABLE_NAME'),
  record: setting('TABLE_NAME'),
});
