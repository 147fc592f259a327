import { dynamoDbIssuedLinks } from '../../storage/dynamodb-issued-links.ts';
import { setting } from '../../platform/environment.ts';
import { documents } from './documents.ts';

/** Personal links that were issued. */
export const links = dynamoDbIssuedLinks(documents, setting('PEOPLE_TABLE_NAME'));
