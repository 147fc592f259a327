import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { decisionLink } from '../approval/links.ts';
import type { IssuedLinks } from '../ports/links.ts';
import { storedJson } from './stored-json.ts';

/** So long after its end a link still says what was decided. */
const keptSeconds = 30 * 86_400;

/** Links in the table of what belongs to people, by the hash of their id. */
export function dynamoDbIssuedLinks(client: DynamoDBDocumentClient, table: string): IssuedLinks {
  const key = (idHash: string) => ({ id: `LINK#${idHash}` });
  return {
    async keep(idHash, link) {
      const ttl = Math.ceil(Date.parse(link.expiresAt) / 1000) + keptSeconds;
      const Item = { ...key(idHash), link: JSON.stringify(link), ttl };
      await client.send(new PutCommand({ TableName: table, Item }));
    },

    async find(idHash) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key(idHash), ConsistentRead: true }));
      return Item === undefined ? undefined : storedJson(Item, 'link', { form: decisionLink });
    },
  };
}
