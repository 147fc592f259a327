import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { StaleWrite } from '../ports/rollout-store.ts';
import type { keys } from './dynamodb-keys.ts';
import { conditionFailed } from './dynamodb-requests.ts';
import { revisedPut } from './revised-put.ts';
import { storedJson, type StoredKind } from './stored-json.ts';

interface Revised<T> {
  readonly record: T;
  readonly revision: number;
}

interface KindOfRecord<T> {
  /** What a record is called in messages. */
  readonly name: string;
  readonly kind: StoredKind<T>;
  readonly keyOf: (service: string) => ReturnType<typeof keys.incident>;
}

/** Records of which a service has one, the newest, and which are written only as the writer has read them. */
export function newestRecords<T>(
  client: DynamoDBDocumentClient,
  table: string,
  { name, kind, keyOf }: KindOfRecord<T>,
): {
  readonly read: (service: string) => Promise<Revised<T> | undefined>;
  readonly put: (service: string, record: T, follows: Revised<T> | undefined) => Promise<Revised<T>>;
} {
  return {
    async read(service) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keyOf(service), ConsistentRead: true }),
      );
      return Item && { record: storedJson(Item, 'record', kind), revision: Number(Item['revision']) };
    },

    async put(service, record, follows) {
      const next = { record, revision: (follows?.revision ?? 0) + 1 };
      try {
        await client.send(
          new PutCommand(revisedPut(table, { ...keyOf(service), service, record: JSON.stringify(record) }, follows)),
        );
        return next;
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw new StaleWrite(`The ${name} of ${service} was changed by another writer.`, { cause: error });
      }
    },
  };
}
