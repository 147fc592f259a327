import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { ConcurrentWrite } from '../ports/rollout-store.ts';
import { type WaitingRequest, waitingRequest, type WaitingRequests } from '../ports/waiting.ts';
import { keys } from './dynamodb-keys.ts';
import { conditionFailed, metAnother } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';

function read(item: Readonly<Record<string, unknown>> | undefined): WaitingRequest | undefined {
  return item === undefined ? undefined : storedJson(item, 'waiting', { form: waitingRequest });
}

/** The request that waits for a service's turn, one item a service. */
export function dynamoDbWaiting(client: DynamoDBDocumentClient, table: string): WaitingRequests {
  const waiting: WaitingRequests['waiting'] = async (service) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: keys.waiting(service), ConsistentRead: true }),
    );
    return read(Item);
  };
  return {
    waiting,

    async putWaiting(next) {
      const { service } = next.request;
      try {
        const { Attributes } = await client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keys.waiting(service), id: next.id, at: next.at, waiting: JSON.stringify(next) },
            ConditionExpression: 'attribute_not_exists(pk) OR #at <= :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':at': next.at },
            ReturnValues: 'ALL_OLD',
          }),
        );
        const before = read(Attributes);
        return before === undefined || before.id === next.id ? {} : { replaced: before };
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        return { refused: await waiting(service) };
      }
    },

    async endWaiting(service, id) {
      await whileItWaits(service, () => client.send(new DeleteCommand(forgets(table, service, id))));
    },

    async cancelWaiting(service, id, ends) {
      const Item = { ...keys.stopHistory({ service }, ends.at, 'CANCELLED'), stop: JSON.stringify(ends) };
      const TransactItems = [{ Delete: forgets(table, service, id) }, { Put: { TableName: table, Item } }];
      return whileItWaits(service, () => client.send(new TransactWriteCommand({ TransactItems })));
    },
  };
}

function forgets(table: string, service: string, id: string) {
  return {
    TableName: table,
    Key: keys.waiting(service),
    ConditionExpression: '#id = :id',
    ExpressionAttributeNames: { '#id': 'id' },
    ExpressionAttributeValues: { ':id': id },
  };
}

/** How often a write is tried that meets another one. */
const mostTries = 5;

/**
 * Writes under the condition that a request still waits. A write that meets another one has changed nothing, so it is tried again.
 * @returns false where it is gone already, or a newer one waits in its place: both are as they should be
 * @throws ConcurrentWrite where others were first each time
 */
async function whileItWaits(service: string, write: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      await write();
      return true;
    } catch (error) {
      if (metAnother(error)) {
        if (tries < mostTries) continue;
        throw new ConcurrentWrite(`The request of ${service} that waits is written by others just now. Try again.`, {
          cause: error,
        });
      }
      if (!conditionFailed(error)) throw error;
      return false;
    }
  }
}
