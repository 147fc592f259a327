import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { specProposal } from '../rollout/spec-proposal.ts';
import { type RolloutStore, specVersion, StaleWrite, type StoredSpec } from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder, metAnother } from './dynamodb-requests.ts';
import { storedJson, stringOf } from './stored-json.ts';

type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type SpecStore = Pick<
  RolloutStore,
  'spec' | 'putSpec' | 'specProposal' | 'putSpecProposal' | 'specVersion' | 'specVersions' | 'servicesOf' | 'services'
>;

function read(item: Readonly<Record<string, unknown>>): StoredSpec {
  return storedJson(item, 'stored', { form: specVersion });
}

function overtaken(service: string, version: number, cause?: unknown): StaleWrite {
  return new StaleWrite(
    `The spec of ${service} was applied by another person after version ${version}; read theirs (sluice history ${service}), then apply yours again.`,
    { cause },
  );
}

/** The applied specs: every version is kept, one is current, and a repository knows the services that take its images. */
export function dynamoDbSpecs(client: DynamoDBDocumentClient, table: string): SpecStore {
  return {
    spec: currentSpec(client, table),

    putSpec: putSpec(client, table),

    async specProposal(service) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.specProposal(service), ConsistentRead: true }),
      );
      return Item && storedJson(Item, 'proposal', { form: specProposal });
    },

    putSpecProposal: putSpecProposal(client, table),

    async specVersion(service, version) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.specVersion(service, version), ConsistentRead: true }),
      );
      return Item && read(Item);
    },

    specVersions: specVersions(client, table),

    async services() {
      const items = await itemsUnder(client, table, keys.known('').pk);
      return items.map((item) => stringOf(item, 'service'));
    },

    async servicesOf(repository) {
      const items = await itemsUnder(client, table, keys.subscriber(repository, '').pk);
      return items.map((item) => stringOf(item, 'service'));
    },
  };
}

function putSpec(client: DynamoDBDocumentClient, table: string): SpecStore['putSpec'] {
  const spec = currentSpec(client, table);
  return async (next, appliedBy, at, follows) => {
    const current = await spec(next.service);
    if (follows !== undefined && follows !== (current?.version ?? 0)) throw overtaken(next.service, follows);
    const stored: StoredSpec = { version: (current?.version ?? 0) + 1, spec: next, appliedBy, appliedAt: at };
    const body = { stored: JSON.stringify(stored), version: stored.version };
    const { repository } = next.image;
    const former = current?.spec.image.repository;
    const isUnchanged =
      current === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': current.version },
          };
    const items: WriteItem[] = [
      { Put: { TableName: table, Item: { ...keys.spec(next.service), ...body }, ...isUnchanged } },
      {
        Put: {
          TableName: table,
          Item: { ...keys.specVersion(next.service, stored.version), ...body },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { TableName: table, Item: { ...keys.subscriber(repository, next.service), service: next.service } } },
      { Put: { TableName: table, Item: { ...keys.known(next.service), service: next.service } } },
    ];
    if (former !== undefined && former !== repository) {
      items.push({ Delete: { TableName: table, Key: keys.subscriber(former, next.service) } });
    }
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
    } catch (error) {
      if (!conditionFailed(error) && !metAnother(error)) throw error;
      throw overtaken(next.service, current?.version ?? 0, error);
    }
    return stored;
  };
}

function putSpecProposal(client: DynamoDBDocumentClient, table: string): SpecStore['putSpecProposal'] {
  return async (proposal) => {
    const { service } = proposal.spec;
    const { revision } = proposal;
    const isNext =
      revision === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'revision = :former',
            ExpressionAttributeValues: { ':former': revision - 1 },
          };
    const Item = { ...keys.specProposal(service), proposal: JSON.stringify(proposal), revision };
    try {
      await client.send(new PutCommand({ TableName: table, Item, ...isNext }));
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      const reason = `Another person approved or proposed a spec of ${service} at the same moment. Apply yours again.`;
      throw new StaleWrite(reason, { cause: error });
    }
  };
}

function specVersions(client: DynamoDBDocumentClient, table: string): SpecStore['specVersions'] {
  return async (service, atMost) => {
    const { pk, sk } = keys.specVersion(service, 0);
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk.slice(0, sk.indexOf('#') + 1) },
        ScanIndexForward: false,
        Limit: atMost,
      }),
    );
    return Items.map(read);
  };
}

function currentSpec(client: DynamoDBDocumentClient, table: string): SpecStore['spec'] {
  return async (service) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.spec(service), ConsistentRead: true }),
    );
    return Item && read(Item);
  };
}
