import { dynamoDbIssuedLinks } from '../dynamodb-issued-links.ts';
import { setting } from '../environment.ts';
import { documents } from './documents.ts';

/** Personal links that were issued. */
export const links = dynamoDbIssuedLinks(documents, setting('PEOPLE_TABLE_NAME'));
