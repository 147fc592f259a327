import { setting } from '../../platform/environment.ts';
import { dynamoDbSignIns } from '../../storage/dynamodb-sign-ins.ts';
import { documents } from './documents.ts';

/** Who came to the pages, and when. */
export const signIns = dynamoDbSignIns(documents, setting('TABLE_NAME'));
