import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { dynamoDbRolloutStore } from '../../lib/aws/dynamodb-rollout-store.ts';
import { type RolloutStore, StaleWrite } from '../../lib/ports/rollout-store.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from './opened-event.ts';
import { rolloutRecordContract } from './rollout-record.contract.ts';
import { rolloutStoreContract } from './rollout-store.contract.ts';
import { rolloutTable } from './rollout-table.ts';
import { parametersOf, selectedBy } from './state-parameters.ts';

jest.setTimeout(30_000);

let table: Awaited<ReturnType<typeof rolloutTable>>;
let store: RolloutStore;

beforeAll(async () => {
  table = await rolloutTable();
  store = dynamoDbRolloutStore(table.documents, table.name);
});

afterAll(() => table.close());

const me = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollback:rb-1';

/** What state `Claim` of the rollback machine sends, word for word, through the real client. */
function claim(rolloutId: string): Promise<UpdateItemCommandOutput> {
  const parameters = parametersOf('rollback', 'Claim', {
    input: { rolloutId },
    context: { Execution: { Id: me } },
  });
  return table.client.send(
    new UpdateItemCommand({ ...(parameters as unknown as UpdateItemCommandInput), TableName: table.name }),
  );
}

rolloutStoreContract('the store in DynamoDB', () => ({ store, claim }));
rolloutRecordContract('the store in DynamoDB', () => ({ store, claim }));

describe('state Claim of the rollback machine', () => {
  const at = '2026-03-01T11:00:00.000Z';
  const open = async (rolloutId: string, service: string) => {
    const opened = await store.open(rolloutId, openedEvent({ service, spec: oneStep }), at);
    if (opened.outcome === 'busy') throw new Error('busy');
    return opened.stored;
  };

  test('takes an active rollout over and hands on all that the traffic part needs', async () => {
    await open('claimed-1', 'claimed-a');
    const selected = selectedBy('rollback', 'Claim', await claim('claimed-1'));

    expect(selected).toEqual({
      fence: 2,
      restorePlan: openedEvent().restorePlan,
      executionArn: openedEvent().executionArn,
      handedOver: 'no',
    });
    expect(await store.load('claimed-1')).toMatchObject({ fence: 2, sequence: 1 });
  });

  test('says of a rollout that rolls itself back that it was handed over', async () => {
    const stored = await open('claimed-2', 'claimed-b');
    await store.append(stored, [{ type: 'RollbackRequested', reason: 'bad', by: 'the rollout' }], at);

    expect(selectedBy('rollback', 'Claim', await claim('claimed-2'))).toMatchObject({ handedOver: 'yes', fence: 2 });
  });

  test('refuses the former owner from then on, and grows with each claim', async () => {
    const former = await open('claimed-3', 'claimed-c');
    await claim('claimed-3');
    await claim('claimed-3');

    await expect(store.append(former, toFinishing, at)).rejects.toThrow(StaleWrite);
    expect(await store.load('claimed-3')).toEqual({ ...former, fence: 3 });
  });

  test.each(['succeeded', 'rejected'])('fails on a rollout that has %s', async (phase) => {
    const stored = await open(`claimed-${phase}`, `claimed-${phase}`);
    const rejected = { type: 'RolloutRejected', reason: 'no', results: [] } as const;
    await store.append(stored, phase === 'rejected' ? [rejected] : [...toFinishing, succeeded], at);

    await expect(claim(`claimed-${phase}`)).rejects.toThrow(ConditionalCheckFailedException);
    expect(await store.load(`claimed-${phase}`)).toMatchObject({ fence: 1, state: { phase } });
  });

  test('fails on a rollout that never was, and makes none', async () => {
    await expect(claim('never-was')).rejects.toThrow(ConditionalCheckFailedException);
    expect(await store.load('never-was')).toBeUndefined();
  });
});
