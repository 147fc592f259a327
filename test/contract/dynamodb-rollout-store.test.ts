import {
  ConditionalCheckFailedException,
  GetItemCommand,
  type GetItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { heldPlaces } from '../../lib/drivers/shapes/held-places.ts';
import { keys } from '../../lib/storage/dynamodb-keys.ts';
import { claimRollout } from '../../lib/storage/dynamodb-claim.ts';
import { dynamoDbReleases } from '../../lib/storage/dynamodb-releases.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { type RolloutStore, StaleWrite } from '../../lib/ports/rollout-store.ts';
import { modelSpec } from '../model/model-world.ts';
import { oneStep, openedEvent, succeeded, toFinishing } from './opened-event.ts';
import { releasesContract } from './releases.contract.ts';
import { rolloutRecordContract } from './rollout-record.contract.ts';
import { rolloutStoreContract } from './rollout-store.contract.ts';
import { serviceLockContract } from './service-lock.contract.ts';
import { rolloutTable } from './rollout-table.ts';
import { parametersOf, selectedBy } from './state-parameters.ts';

let table: Awaited<ReturnType<typeof rolloutTable>>;
let store: RolloutStore;

beforeAll(async () => {
  table = await rolloutTable();
  store = dynamoDbRolloutStore(table.documents, table.name);
});

afterAll(() => table.close());

const me = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollback:rb-1';

/** What state `Claim` of the rollback machine sends, word for word, through the real client. */
function claim(rolloutId: string, by = me): Promise<UpdateItemCommandOutput> {
  return update('Claim', { rolloutId }, by);
}

function takeOver(rolloutId: string, by: string, former: string): Promise<UpdateItemCommandOutput> {
  return update('TakeOver', { rolloutId, found: { Item: { claimedBy: { S: former } } } }, by);
}

function assertClaim(rolloutId: string, fence: number, by = me): Promise<UpdateItemCommandOutput> {
  return update('AssertClaim', { rolloutId, claim: { fence } }, by);
}

function update(state: string, input: unknown, by: string): Promise<UpdateItemCommandOutput> {
  const parameters = parametersOf('rollback', state, { input, context: { Execution: { Id: by } } });
  return table.client.send(
    new UpdateItemCommand({ ...(parameters as unknown as UpdateItemCommandInput), TableName: table.name }),
  );
}

rolloutStoreContract('the store in DynamoDB', () => ({ store, claim }));
serviceLockContract('the store in DynamoDB', () => ({ store, claim }));
rolloutRecordContract('the store in DynamoDB', () => ({ store, claim }));
releasesContract('releases in DynamoDB', () => ({ store, releases: dynamoDbReleases(table.documents, table.name) }));

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
      // With the two sides of each rule: the machine asks who can serve where no function answers.
      restorePlan: openedEvent().restorePlan.map((item) => ({
        ...item,
        blue: oneStep.slots.a.targetGroup,
        green: oneStep.slots.b.targetGroup,
        // What it writes over a rule that another one changed meanwhile.
        forward: item.actions[0],
        login: 'no',
      })),
      executionArn: openedEvent().executionArn,
      handedOver: 'no',
      finishable: 'no',
      sticky: 'no',
      shape: 'instant',
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
    expect(await store.load('claimed-3')).toEqual({ ...former, fence: 3, claimedBy: me });
  });

  test('is refused to a second execution, which may take over from a first that has ended', async () => {
    await open('claimed-4', 'claimed-d');
    await claim('claimed-4');
    const second = `${me}-second`;

    await expect(claim('claimed-4', second)).rejects.toThrow(ConditionalCheckFailedException);
    await expect(takeOver('claimed-4', second, `${me}-third`)).rejects.toThrow(ConditionalCheckFailedException);
    expect(selectedBy('rollback', 'TakeOver', await takeOver('claimed-4', second, me))).toMatchObject({ fence: 3 });
    expect(await store.load('claimed-4')).toMatchObject({ fence: 3, claimedBy: second });
  });

  test('is asserted right before the rules are touched: by the one who has it, at its fence, while the rollout runs', async () => {
    const stored = await open('claimed-5', 'claimed-e');
    await claim('claimed-5');

    await expect(assertClaim('claimed-5', 2)).resolves.toBeDefined();
    await expect(assertClaim('claimed-5', 1)).rejects.toThrow(ConditionalCheckFailedException);
    await expect(assertClaim('claimed-5', 2, `${me}-second`)).rejects.toThrow(ConditionalCheckFailedException);
    const rejected = { type: 'RolloutRejected', reason: 'no', results: [] } as const;
    await store.append({ ...stored, fence: 2, claimedBy: me }, [rejected], at);
    await expect(assertClaim('claimed-5', 2)).rejects.toThrow(ConditionalCheckFailedException);
  });

  const find = async (rolloutId: string) => {
    const parameters = parametersOf('rollback', 'FindClaimer', { input: { rolloutId } });
    const input = { ...parameters, TableName: table.name } as unknown as GetItemCommandInput;
    return (await table.client.send(new GetItemCommand(input))).Item;
  };

  test('a claimed rollout tells by whom, one that never was tells nothing', async () => {
    await open('claimed-6', 'claimed-f');
    await claim('claimed-6');

    expect(await find('claimed-6')).toEqual({ active: { S: 'yes' }, claimedBy: { S: me } });
    expect(await find('never-was')).toBeUndefined();
  });

  test.each(['succeeded', 'rejected'])('fails on a rollout that has %s', async (phase) => {
    const stored = await open(`claimed-${phase}`, `claimed-${phase}`);
    const rejected = { type: 'RolloutRejected', reason: 'no', results: [] } as const;
    await store.append(stored, phase === 'rejected' ? [rejected] : [...toFinishing, succeeded], at);

    await expect(claim(`claimed-${phase}`)).rejects.toThrow(ConditionalCheckFailedException);
    expect(await store.load(`claimed-${phase}`)).toMatchObject({ fence: 1, state: { phase } });
  });

  test('one that has succeeded tells what its retirement is started with', async () => {
    const stored = await open('claimed-7', 'claimed-g');
    await store.append(stored, [...toFinishing, succeeded], at);

    expect(JSON.parse((await find('claimed-7'))?.['retirement']?.S ?? '')).toEqual({
      ...{ service: 'claimed-g', rolloutId: 'claimed-7' },
      ...{ keepFullSeconds: expect.any(Number), keepOneSeconds: expect.any(Number) },
    });
  });

  test('fails on a rollout that never was, and makes none', async () => {
    await expect(claim('never-was')).rejects.toThrow(ConditionalCheckFailedException);
    expect(await store.load('never-was')).toBeUndefined();
  });
});

describe('a person who takes a rollout over by the command line', () => {
  const at = '2026-03-01T11:00:00.000Z';

  test('raises the fence of an active one, and of no other', async () => {
    await store.open('direct-1', openedEvent({ service: 'direct' }), at);

    expect(await claimRollout(table.documents, table.name, 'direct-1', 'ada')).toBe(true);
    expect(await store.load('direct-1')).toMatchObject({ fence: 2, sequence: 1 });
    expect(await claimRollout(table.documents, table.name, 'never-was', 'ada')).toBe(false);
    expect(await store.load('never-was')).toBeUndefined();
  });
});

describe('a spec that was stored by a version that did not list what it holds', () => {
  test('is read for it', async () => {
    const spec = modelSpec({ service: 'older' });
    await store.putSpec(spec, 'Ann', '2026-03-01T11:00:00.000Z');
    const Key = { pk: 'SERVICES', sk: 'SERVICE#older' };
    await table.documents.send(new UpdateCommand({ TableName: table.name, Key, UpdateExpression: 'REMOVE holds' }));

    expect((await store.holders()).holders).toContainEqual({ service: 'older', holds: [...heldPlaces(spec).keys()] });
  });

  test('is skipped where it cannot be read, by who asks for that alone', async () => {
    await store.putSpec(modelSpec({ service: 'broken' }), 'Ann', '2026-03-01T11:00:00.000Z');
    const Key = { pk: 'SERVICES', sk: 'SERVICE#broken' };
    await table.documents.send(new UpdateCommand({ TableName: table.name, Key, UpdateExpression: 'REMOVE holds' }));
    await table.documents.send(
      new UpdateCommand({
        ...{ TableName: table.name, Key: keys.spec('broken') },
        ...{ UpdateExpression: 'SET #stored = :nothing', ExpressionAttributeNames: { '#stored': 'stored' } },
        ExpressionAttributeValues: { ':nothing': '{}' },
      }),
    );

    expect((await store.holders('skipped')).holders).toContainEqual({ service: 'broken', holds: [] });
    await expect(store.holders()).rejects.toThrow('is not what Sluice writes');
  });
});

describe('a request that a person forgot', () => {
  test('is kept with who it was, and the principal', async () => {
    const at = '2026-03-01T11:00:00.000Z';
    const ends = { by: 'Ana', reason: 'not wanted', at, principal: 'arn:aws:iam::111122223333:user/ana' };
    const request = { service: 'forgotten', image: '412-9f8d111', requestedBy: 'a push' };
    await store.putWaiting({ id: '1', at, request, behind: 'forgotten-1', supersedes: false });
    await store.cancelWaiting('forgotten', '0', ends);
    const Key = { pk: 'SERVICE#forgotten', sk: `STOP#${at}#CANCELLED` };
    const kept = async () => (await table.documents.send(new GetCommand({ TableName: table.name, Key }))).Item;

    expect(await kept()).toBeUndefined();
    await store.cancelWaiting('forgotten', '1', ends);
    expect(await kept()).toEqual({ ...Key, stop: JSON.stringify(ends) });
  });
});
