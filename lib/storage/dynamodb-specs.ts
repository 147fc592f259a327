import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { specProposal } from '../rollout/spec-proposal.ts';
import { heldPlaces } from '../drivers/shapes/held-places.ts';
import {
  ConcurrentWrite,
  type RolloutStore,
  specVersion,
  StaleWrite,
  type StoredSpec,
} from '../ports/rollout-store.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder, metAnother } from './dynamodb-requests.ts';
import { storedJson, stringOf } from './stored-json.ts';

type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type SpecStore = Pick<
  RolloutStore,
  | 'spec'
  | 'putSpec'
  | 'holders'
  | 'specProposal'
  | 'putSpecProposal'
  | 'specVersion'
  | 'specVersions'
  | 'servicesOf'
  | 'services'
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

function amidOthers(service: string, cause?: unknown): ConcurrentWrite {
  return new ConcurrentWrite(`Another spec was applied while that of ${service} was. Apply yours again.`, {
    cause,
  });
}

/** The applied specs: every version is kept, one is current, and a repository knows the services that take its images. */
export function dynamoDbSpecs(client: DynamoDBDocumentClient, table: string): SpecStore {
  return {
    spec: currentSpec(client, table),

    putSpec: putSpec(client, table),

    holders: holders(client, table),

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
  return async (next, appliedBy, at, follows, amid) => {
    const revision = await specsRevision(client, table);
    const current = await spec(next.service);
    if (follows !== undefined && follows !== (current?.version ?? 0)) throw overtaken(next.service, follows);
    if (amid !== undefined && amid !== revision) throw amidOthers(next.service);
    const stored: StoredSpec = { version: (current?.version ?? 0) + 1, spec: next, appliedBy, appliedAt: at };
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writesOf(table, stored, current, revision) }));
    } catch (error) {
      if (!conditionFailed(error) && !metAnother(error)) throw error;
      const isOvertaken = (await spec(next.service))?.version !== current?.version;
      throw isOvertaken ? overtaken(next.service, current?.version ?? 0, error) : amidOthers(next.service, error);
    }
    return stored;
  };
}

/** Everything that changes with a spec, under the condition that it and the revision of all specs are as they were read. */
function writesOf(table: string, stored: StoredSpec, current: StoredSpec | undefined, revision: number): WriteItem[] {
  const { version, spec: next } = stored;
  const body = { stored: JSON.stringify(stored), version };
  const { repository } = next.image;
  const former = current?.spec.image.repository;
  const known = { ...keys.known(next.service), service: next.service, holds: [...heldPlaces(next).keys()] };
  const counted = { ...keys.specsRevision(), revision: revision + 1 };
  const items: WriteItem[] = [
    { Put: { TableName: table, Item: { ...keys.spec(next.service), ...body }, ...still('version', current?.version) } },
    { Put: { TableName: table, Item: { ...keys.specVersion(next.service, version), ...body }, ...still('version') } },
    { Put: { TableName: table, Item: { ...keys.subscriber(repository, next.service), service: next.service } } },
    { Put: { TableName: table, Item: known } },
    { Put: { TableName: table, Item: counted, ...still('revision', revision === 0 ? undefined : revision) } },
  ];
  if (former !== undefined && former !== repository) {
    items.push({ Delete: { TableName: table, Key: keys.subscriber(former, next.service) } });
  }
  return items;
}

/** The condition that an item still has a number, or is still not there. */
function still(attribute: string, number?: number) {
  return number === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#number = :number',
        ExpressionAttributeNames: { '#number': attribute },
        ExpressionAttributeValues: { ':number': number },
      };
}

async function specsRevision(client: DynamoDBDocumentClient, table: string): Promise<number> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: keys.specsRevision(), ConsistentRead: true }),
  );
  return Item === undefined ? 0 : Number(Item['revision']);
}

/** What each service holds stands in the list of services; those of specs that an older version stored are read. */
function holders(client: DynamoDBDocumentClient, table: string): SpecStore['holders'] {
  const specItem = currentItem(client, table);
  return async (unreadable) => {
    // First, so that what is stored meanwhile counts as seen by nobody.
    const revision = await specsRevision(client, table);
    const items = await itemsUnder(client, table, keys.known('').pk);
    const found = items.map(async (item) => {
      const service = stringOf(item, 'service');
      const { holds } = item;
      if (isTexts(holds)) return { service, holds };
      const stored = await specItem(service);
      return { service, holds: stored === undefined ? [] : heldIn(stored, unreadable) };
    });
    return { revision, holders: await Promise.all(found) };
  };
}

function heldIn(item: Readonly<Record<string, unknown>>, unreadable?: 'skipped'): readonly string[] {
  try {
    return [...heldPlaces(read(item).spec).keys()];
  } catch (error) {
    if (unreadable === 'skipped') return [];
    throw error;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
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
  const specItem = currentItem(client, table);
  return async (service) => {
    const item = await specItem(service);
    return item && read(item);
  };
}

function currentItem(client: DynamoDBDocumentClient, table: string) {
  return async (service: string) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.spec(service), ConsistentRead: true }),
    );
    return Item;
  };
}
