import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { endsRetention } from '../rollout/retirement.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { eventItem, retentionItem, stateItem, summaryItem, unsettledItem } from './dynamodb-items.ts';
import { ofItsRelease } from './dynamodb-holds.ts';
import { keys } from './dynamodb-keys.ts';

/** One write, or one condition, of a transaction. */
export type WriteItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Opening = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

const notThere = 'attribute_not_exists(pk)';

/** The transaction that opens a rollout: it takes the service's lock, which nobody else may have. */
export function openingWrites(
  table: string,
  stored: StoredRollout,
  event: Opening,
  recorded: readonly RecordedEvent[],
): WriteItem[] {
  const { state } = stored;
  const { rolloutId } = state;
  return [
    {
      Put: {
        TableName: table,
        Item: { ...keys.lock(event.service), rolloutId, executionArn: event.executionArn },
        ConditionExpression: notThere,
      },
    },
    { Put: { TableName: table, Item: stateItem(stored), ConditionExpression: notThere } },
    ...recorded.map((one) => ({ Put: { TableName: table, Item: eventItem(one), ConditionExpression: notThere } })),
    { Put: { TableName: table, Item: summaryItem(state) } },
    { Put: { TableName: table, Item: unsettledItem(rolloutId, 1) } },
    ...sameRetention(table, event),
    ...ofItsRelease(table, event, rolloutId),
  ];
}

/** The transaction of an append, under the condition that nobody else has written or taken over since `from` was read. */
export function appendWrites(
  table: string,
  from: StoredRollout,
  next: StoredRollout,
  recorded: readonly RecordedEvent[],
): WriteItem[] {
  const { state } = next;
  const events = recorded.map(({ event }) => event);
  return [
    replaceState(table, from, next),
    ...recorded.map((one) => ({
      Put: { TableName: table, Item: eventItem(one), ConditionExpression: notThere },
    })),
    ...(state.phase === from.state.phase ? [] : [{ Put: { TableName: table, Item: summaryItem(state) } }]),
    ...lateNews(table, next),
    ...consequences(table, from.state, state, events),
    ...endOfRetention(table, state, events),
    ...wakeUpCall(table, from.state, next),
  ];
}

/** The transaction that ends a retention by hand, while no rollout has the service's lock. */
export function retentionEndWrites(table: string, service: string, rolloutId: string): WriteItem[] {
  return [
    {
      ConditionCheck: {
        TableName: table,
        Key: keys.lock(service),
        ConditionExpression: notThere,
      },
    },
    {
      Delete: {
        TableName: table,
        Key: keys.retention(service),
        ConditionExpression: 'rolloutId = :id',
        ExpressionAttributeValues: { ':id': rolloutId },
      },
    },
  ];
}

/** One that goes back to the kept version needs its retention to be the one that it saw; it ends once green is deployed. */
function sameRetention(table: string, { service, rollback }: Opening): WriteItem[] {
  if (rollback?.to !== 'kept') return [];
  return [
    {
      ConditionCheck: {
        TableName: table,
        Key: keys.retention(service),
        ConditionExpression: 'rolloutId = :of',
        ExpressionAttributeValues: { ':of': rollback.of },
      },
    },
  ];
}

/** A rollout that has taken the slot of the kept version ends its retention; one that is rejected before leaves it as it is. */
function endOfRetention(table: string, { service }: RolloutState, events: readonly RolloutEvent[]): WriteItem[] {
  return endsRetention(events) ? [{ Delete: { TableName: table, Key: keys.retention(service) } }] : [];
}

function replaceState(table: string, from: StoredRollout, next: StoredRollout): WriteItem {
  return {
    Put: {
      TableName: table,
      Item: stateItem(next),
      ConditionExpression: '#sequence = :sequence AND #fence = :fence',
      ExpressionAttributeNames: { '#sequence': 'sequence', '#fence': 'fence' },
      ExpressionAttributeValues: { ':sequence': from.sequence, ':fence': from.fence },
    },
  };
}

/** Whatever is recorded of a rollout that ends or has ended may be left unannounced: the sweep checks it once more. */
function lateNews(table: string, { state, sequence }: StoredRollout): WriteItem[] {
  return isActive(state) ? [] : [{ Put: { TableName: table, Item: unsettledItem(state.rolloutId, sequence) } }];
}

/** An execution that waits for people learns from the stream of this item that they have decided. */
function wakeUpCall(table: string, before: RolloutState, { state, sequence }: StoredRollout): WriteItem[] {
  if (before.phase !== 'awaitingApproval' || state.phase === 'awaitingApproval') return [];
  return [{ Put: { TableName: table, Item: keys.wakeUp(state.rolloutId, String(sequence)) } }];
}

/** What an append changes besides the rollout itself: the lock of a rollout that ends, the retention of one that succeeds. */
function consequences(
  table: string,
  before: RolloutState,
  after: RolloutState,
  events: readonly RolloutEvent[],
): WriteItem[] {
  if (!isActive(before) || isActive(after)) return [];
  const release: WriteItem = {
    Delete: {
      TableName: table,
      Key: keys.lock(after.service),
      ConditionExpression: 'rolloutId = :id',
      ExpressionAttributeValues: { ':id': after.rolloutId },
    },
  };
  const success = events.find((event) => event.type === 'RolloutSucceeded');
  if (success === undefined) return [release];
  return [release, { Put: { TableName: table, Item: retentionItem(after, success.keptUntil) } }];
}
