import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { KeptRecord } from '../ports/kept-record.ts';
import { keys } from './dynamodb-keys.ts';
import { itemsUnder } from './dynamodb-requests.ts';

/** Reads the record of a rollout as it lies in the table; `undefined` where there is neither a state nor an event. */
export async function dynamoDbKeptRecord(
  client: DynamoDBDocumentClient,
  table: string,
  rolloutId: string,
): Promise<KeptRecord | undefined> {
  const { pk, sk } = keys.state(rolloutId);
  const items = await itemsUnder(client, table, pk);
  const events = new Map<number, string>();
  for (const item of items) {
    const [, place] = /^EVENT#(\d+)$/.exec(String(item['sk'])) ?? [];
    if (place !== undefined) events.set(Number(place), String(item['recorded']));
  }
  const state = items.find((item) => item['sk'] === sk);
  return state === undefined && events.size === 0 ? undefined : { rolloutId, events, state };
}
