import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { ConcurrentRelease, type ReleaseStore, releaseSummary, type StoredRelease } from '../ports/releases.ts';
import {
  continued,
  isReleaseEventType,
  opened,
  type RecordedReleaseEvent,
  recordedReleaseEvent,
} from '../releases/release-events.ts';
import { type ReleaseState, releaseState } from '../releases/release-state.ts';
import { holdItem } from './dynamodb-holds.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, itemsUnder, metAnother, pagesOf } from './dynamodb-requests.ts';
import { storedJson, type StoredKind, stringOf, unknownEventOf } from './stored-json.ts';

type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const storedState = { form: releaseState };
const storedEvent: StoredKind<RecordedReleaseEvent> = {
  form: recordedReleaseEvent,
  unknownIn: unknownEventOf(isReleaseEventType),
};
const notThere = 'attribute_not_exists(pk)';

/** Releases in the one table, beside the services that they hold. */
export function dynamoDbReleases(client: DynamoDBDocumentClient, table: string): ReleaseStore {
  return {
    load: loaded(client, table),

    open: open(client, table),

    append: append(client, table),

    async events(releaseId) {
      const items = await pagesOf(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': keys.release(releaseId).pk, ':sk': 'ENTRY#' },
      });
      return items.map((item) => storedJson(item, 'recorded', storedEvent));
    },

    async announcedUpTo(releaseId) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keys.releaseAnnounced(releaseId), ConsistentRead: true }),
      );
      return Item === undefined ? 0 : Number(Item['sequence']);
    },

    async markAnnounced(releaseId, sequence) {
      await client.send(new PutCommand({ TableName: table, Item: { ...keys.releaseAnnounced(releaseId), sequence } }));
    },

    async active() {
      const items = await itemsUnder(client, table, keys.activeRelease('').pk);
      return items.map((item) => stringOf(item, 'releaseId'));
    },

    async list(release, atMost) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.releaseOf(release, '').pk },
          ScanIndexForward: false,
          Limit: atMost,
        }),
      );
      return Items.map((item) => storedJson(item, 'summary', { form: releaseSummary }));
    },
  };
}

function stateItem({ state, sequence }: StoredRelease): Record<string, unknown> {
  return { ...keys.release(state.releaseId), state: JSON.stringify(state), sequence };
}

function eventItem(recorded: RecordedReleaseEvent): Record<string, unknown> {
  return { ...keys.releaseEvent(recorded.releaseId, recorded.sequence), recorded: JSON.stringify(recorded) };
}

/** What lists show of a release that has not ended. */
function listed(table: string, state: ReleaseState): WriteItem[] {
  const { releaseId } = state;
  return [
    { Put: { TableName: table, Item: summaryItem(state) } },
    { Put: { TableName: table, Item: { ...keys.activeRelease(releaseId), releaseId } } },
  ];
}

function summaryItem({ releaseId, release, openedAt, outcome }: ReleaseState): Record<string, unknown> {
  const summary = JSON.stringify({ releaseId, openedAt, ...(outcome !== undefined && { outcome }) });
  return { ...keys.releaseOf(release, releaseId), summary };
}

/** The same of one that has ended, or goes back after its end. */
function listing(table: string, state: ReleaseState): WriteItem[] {
  if (state.endedAt === undefined) return listed(table, state);
  return [
    { Put: { TableName: table, Item: summaryItem(state) } },
    { Delete: { TableName: table, Key: keys.activeRelease(state.releaseId) } },
  ];
}

/** A release that has ended lets its members go; one that goes back after its end takes them again. */
function holding(table: string, { releaseId, members, endedAt }: ReleaseState): WriteItem[] {
  return members.map(({ service, rolloutId }) =>
    endedAt === undefined
      ? takes(table, service, { releaseId, ...(rolloutId !== undefined && { rolloutId }) })
      : {
          Delete: {
            TableName: table,
            Key: keys.hold(service),
            ConditionExpression: 'releaseId = :release',
            ExpressionAttributeValues: { ':release': releaseId },
          },
        },
  );
}

function takes(table: string, service: string, held: { releaseId: string; rolloutId?: string }): WriteItem {
  return { Put: { TableName: table, Item: holdItem(service, held), ConditionExpression: notThere } };
}

function open(client: DynamoDBDocumentClient, table: string): ReleaseStore['open'] {
  const load = loaded(client, table);
  const write = writer(client);
  return async (event, at) => {
    const { releaseId } = event;
    const known = await load(releaseId);
    if (known !== undefined) return { outcome: 'opened', stored: known };
    const { recorded, ...stored } = opened(event, at);
    const { members } = stored.state;
    try {
      await write([
        { Put: { TableName: table, Item: stateItem(stored), ConditionExpression: notThere } },
        ...recorded.map((one) => ({ Put: { TableName: table, Item: eventItem(one) } })),
        ...listed(table, stored.state),
        ...members.flatMap(({ service }) => [
          takes(table, service, { releaseId }),
          { ConditionCheck: { TableName: table, Key: keys.lock(service), ConditionExpression: notThere } },
        ]),
      ]);
      return { outcome: 'opened', stored };
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      const openedMeanwhile = await load(releaseId);
      return openedMeanwhile === undefined ? { outcome: 'busy' } : { outcome: 'opened', stored: openedMeanwhile };
    }
  };
}

function append(client: DynamoDBDocumentClient, table: string): ReleaseStore['append'] {
  const write = writer(client);
  return async (from, events, at) => {
    const { releaseId } = from.state;
    const { recorded, ...next } = continued(from, events, at);
    const { state } = next;
    try {
      await write([
        {
          Put: {
            TableName: table,
            Item: stateItem(next),
            ConditionExpression: '#sequence = :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': from.sequence },
          },
        },
        ...recorded.map((one) => ({
          Put: { TableName: table, Item: eventItem(one), ConditionExpression: notThere },
        })),
        ...(from.state.endedAt === state.endedAt ? [] : [...listing(table, state), ...holding(table, state)]),
      ]);
    } catch (error) {
      if (!conditionFailed(error) && !metAnother(error)) throw error;
      const reason = `Release ${releaseId} was changed by another writer, or a member of it is held by another release.`;
      throw new ConcurrentRelease(reason, { cause: error });
    }
    return next;
  };
}

function loaded(client: DynamoDBDocumentClient, table: string): ReleaseStore['load'] {
  return async (releaseId) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.release(releaseId), ConsistentRead: true }),
    );
    return Item && { state: storedJson(Item, 'state', storedState), sequence: Number(Item['sequence']) };
  };
}

function writer(client: DynamoDBDocumentClient) {
  return (items: readonly WriteItem[]) => client.send(new TransactWriteCommand({ TransactItems: [...items] }));
}
