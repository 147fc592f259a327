import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamoDbKeptRecord } from '../../lib/storage/dynamodb-kept-record.ts';
import { recordFindings } from '../../lib/storage/verify-chain.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { eventItem } from '../../lib/storage/dynamodb-items.ts';
import { keys } from '../../lib/storage/dynamodb-keys.ts';
import { claimRollout } from '../../lib/storage/dynamodb-claim.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { withApprovals } from '../usecases/journey.ts';
import { openedEvent, oneStep, toFinishing } from './opened-event.ts';
import { rolloutTable } from './rollout-table.ts';

const at = '2026-03-01T11:00:00.000Z';
let table: Awaited<ReturnType<typeof rolloutTable>>;
let store: RolloutStore;
let serial = 0;

beforeAll(async () => {
  table = await rolloutTable();
  store = dynamoDbRolloutStore(table.documents, table.name);
});

afterAll(() => table.close());

async function open(spec = oneStep) {
  serial += 1;
  const rolloutId = `chain-${serial}`;
  const opened = await store.open(rolloutId, openedEvent({ service: rolloutId, spec }), at);
  if (opened.outcome === 'busy') throw new Error('busy');
  return { rolloutId, stored: opened.stored };
}

describe('the record in DynamoDB', () => {
  test('is one chain over every append, which a claim does not break', async () => {
    const { rolloutId, stored } = await open();
    let rollout = stored;
    for (const event of toFinishing) rollout = await store.append(rollout, [event], at);
    expect(await store.load(rolloutId)).toEqual(rollout);
    expect(rollout.altered).toBeUndefined();

    const links = (await store.events(rolloutId, 0)).map(({ chain }) => chain);
    expect(links.map((link) => link?.previous)).toEqual(['', ...links.slice(0, -1).map((link) => link?.hash)]);
    expect(links.at(-1)?.hash).toBe(rollout.chain?.head);

    const kept = await dynamoDbKeptRecord(table.documents, table.name, rolloutId);
    expect(kept?.events.size).toBe(rollout.sequence);
    expect(kept && recordFindings(kept)).toEqual([]);
    expect(await dynamoDbKeptRecord(table.documents, table.name, 'nowhere')).toBeUndefined();

    await claimRollout(table.documents, table.name, rolloutId, 'Ana');
    expect(await store.load(rolloutId)).toEqual({ ...rollout, fence: 2 });
  });

  test('tells of an approval that was written into the state, in the next event as well', async () => {
    const { rolloutId, stored } = await open(withApprovals());
    const approval = { given: [{ name: 'Ana', roles: ['tech-lead'], how: 'verified', at }], grantedAt: at };
    await table.documents.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.state(rolloutId),
        UpdateExpression: 'SET #state = :forged',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':forged': JSON.stringify({ ...stored.state, approval }) },
      }),
    );

    const forged = await store.load(rolloutId);
    expect(forged?.altered).toBe('The state does not follow from event 1.');
    if (forged === undefined) throw new Error('it is gone');
    const { type, reason } = { type: 'RolloutRejected', reason: 'found out' } as const;
    await store.append(forged, [{ type, reason, results: [] }], at);
    expect((await store.events(rolloutId, 1)).map(({ event }) => event.type)).toEqual(['RecordAltered', type]);
    expect(await store.load(rolloutId)).toMatchObject({ altered: 'The state does not follow from event 1.' });
  });

  test('tells of a restore plan that leads elsewhere', async () => {
    const { rolloutId } = await open();
    await table.documents.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.state(rolloutId),
        UpdateExpression: 'SET restorePlan = :elsewhere',
        ExpressionAttributeValues: { ':elsewhere': '[{"kind":"listener","arn":"arn:another","actions":[]}]' },
      }),
    );

    expect((await store.load(rolloutId))?.altered).toBe('The state does not follow from event 1.');
  });

  test('tells of an event that was rewritten or erased', async () => {
    const { rolloutId, stored } = await open();
    await store.append(stored, [{ type: 'RolloutRejected', reason: 'known data loss', results: [] }], at);
    const event = { type: 'ApprovalGranted' } as const;
    await table.documents.send(
      new PutCommand({ TableName: table.name, Item: eventItem({ rolloutId, sequence: 2, at, event }) }),
    );
    expect((await store.load(rolloutId))?.altered).toBe('Event 2 has lost its hash.');

    await table.documents.send(new DeleteCommand({ TableName: table.name, Key: keys.event(rolloutId, 2) }));
    expect((await store.load(rolloutId))?.altered).toBe('Event 2 is missing.');
  });
});
