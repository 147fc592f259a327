import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { RolloutStore, StoredSpec } from '../ports/rollout-store.ts';
import { stringOf } from './dynamodb-items.ts';
import { keys } from './dynamodb-keys.ts';
import { pagesOf } from './dynamodb-requests.ts';

type SpecStore = Pick<RolloutStore, 'spec' | 'putSpec' | 'servicesOf'>;

/** The applied specs: every version is kept, one is current, and a repository knows the services that take its images. */
export function dynamoDbSpecs(client: DynamoDBDocumentClient, table: string): SpecStore {
  const spec: SpecStore['spec'] = async (service) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.spec(service), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : (JSON.parse(stringOf(Item, 'stored')) as StoredSpec);
  };

  return {
    spec,

    async putSpec(next, appliedBy, at) {
      const current = await spec(next.service);
      const stored: StoredSpec = { version: (current?.version ?? 0) + 1, spec: next, appliedBy, appliedAt: at };
      const body = { stored: JSON.stringify(stored), version: stored.version };
      const { repository } = next.image;
      const former = current?.spec.image.repository;
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName: table,
                Item: { ...keys.spec(next.service), ...body },
                ...(current === undefined
                  ? { ConditionExpression: 'attribute_not_exists(pk)' }
                  : {
                      ConditionExpression: '#version = :version',
                      ExpressionAttributeNames: { '#version': 'version' },
                      ExpressionAttributeValues: { ':version': current.version },
                    }),
              },
            },
            { Put: { TableName: table, Item: { ...keys.specVersion(next.service, stored.version), ...body } } },
            {
              Put: { TableName: table, Item: { ...keys.subscriber(repository, next.service), service: next.service } },
            },
            ...(former === undefined || former === repository
              ? []
              : [{ Delete: { TableName: table, Key: keys.subscriber(former, next.service) } }]),
          ],
        }),
      );
      return stored;
    },

    async servicesOf(repository) {
      const items = await pagesOf(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keys.subscriber(repository, '').pk },
      });
      return items.map((item) => stringOf(item, 'service'));
    },
  };
}
