import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { sfnWaitingExecutions } from '../../storage/dynamodb-task-tokens.ts';
import { setting } from '../../platform/environment.ts';
import { documents } from './documents.ts';

/** Executions that wait for people. Only the role of `ResumeRollout` may answer for them. */
export const waiting = sfnWaitingExecutions(documents, new SFNClient(clientSettings), setting('PEOPLE_TABLE_NAME'));
