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
  return keptRecordOf(rolloutId, await itemsUnder(client, table, keys.state(rolloutId).pk));
}

/** Returns the record that is in the items of a rollout. A second key for the place of an event, as `EVENT#2` is one, stands for no event. */
export function keptRecordOf(
  rolloutId: string,
  items: readonly Readonly<Record<string, unknown>>[],
): KeptRecord | undefined {
  const events = new Map<number, string>();
  const stray: string[] = [];
  for (const item of items) {
    const sk = String(item['sk']);
    if (!sk.startsWith('EVENT#')) continue;
    const place = Number(sk.slice('EVENT#'.length));
    if (place > 0 && keys.event(rolloutId, place).sk === sk) events.set(place, String(item['recorded']));
    else stray.push(sk);
  }
  const state = items.find((item) => item['sk'] === keys.state(rolloutId).sk);
  if (state === undefined && events.size === 0 && stray.length === 0) return undefined;
  return { rolloutId, events, state, ...(stray.length > 0 && { stray }) };
}
