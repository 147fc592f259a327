import { setting } from '../../platform/environment.ts';
import { dynamoDbReleases } from '../../storage/dynamodb-releases.ts';
import { documents } from './documents.ts';

/** Releases, in the stack's table. */
export const releases = dynamoDbReleases(documents, setting('TABLE_NAME'));
