import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { dynamoDbEmergencies } from '../../lib/storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../../lib/storage/dynamodb-incidents.ts';
import { keys } from '../../lib/storage/dynamodb-keys.ts';
import { dynamoDbReleases } from '../../lib/storage/dynamodb-releases.ts';
import { clientThrough, Table } from '../simulation/aws/table.ts';
import { emergencyOfWeb, incidentOfWeb } from '../view/incident-scenarios.ts';

const releaseId = 'checkout-20260301-100000-abcdef';
const recorded = {
  releaseId,
  sequence: 1,
  at: '2026-03-01T10:00:00.000Z',
  event: { type: 'MemberBack', service: 'web' },
};

/** Reads each kind of record from a table that holds one item. */
function readers(item: Record<string, unknown>) {
  const table = new Table(() => undefined);
  const client = clientThrough((command) => Promise.resolve(table.carryOut(command)));
  const written = client.send(new PutCommand({ TableName: 'record', Item: { revision: 1, sequence: 1, ...item } }));
  return {
    event: () => written.then(() => dynamoDbReleases(client, 'record').events(releaseId)),
    release: () => written.then(() => dynamoDbReleases(client, 'record').load(releaseId)),
    incident: () => written.then(() => dynamoDbIncidents(client, 'record').incident('web')),
    emergency: () => written.then(() => dynamoDbEmergencies(client, 'record').emergency('web')),
  };
}

const json = (value: object, more: object) => JSON.stringify({ ...value, ...more });
const eventKey = keys.releaseEvent(releaseId, 1);

describe('records of releases, incidents and emergencies that a newer version wrote', () => {
  const update = 'Update what reads it: deploy the newer stack to this stage again, or install the newer command line.';

  test.each<[string, Record<string, unknown>, keyof ReturnType<typeof readers>, string]>([
    [
      'event of a release',
      { ...eventKey, recorded: json(recorded, { event: { type: 'MoonRisen' } }) },
      'event',
      'an event MoonRisen',
    ],
    [
      'event of a release with a newer form',
      { ...eventKey, recorded: json(recorded, { schema: 2 }) },
      'event',
      'schema 2',
    ],
    ['release', { ...keys.release(releaseId), state: json({}, { schema: 2 }) }, 'release', 'schema 2'],
    ['incident', { ...keys.incident('web'), record: json(incidentOfWeb(), { schema: 2 }) }, 'incident', 'schema 2'],
    ['emergency', { ...keys.emergency('web'), record: json(emergencyOfWeb(), { schema: 3 }) }, 'emergency', 'schema 3'],
  ])('%s is refused, and the message says what to do', async (_, item, reader, found) => {
    const { pk, sk } = item;

    await expect(readers(item)[reader]()).rejects.toThrow(
      `Item ${String(pk)} / ${String(sk)} was written by a newer version of Sluice, with ${found}, which this version does not know. ${update}`,
    );
  });

  test('what this version writes is read', async () => {
    expect(await readers({ ...eventKey, recorded: json(recorded, {}) }).event()).toEqual([recorded]);
    const emergency = { ...keys.emergency('web'), record: json(emergencyOfWeb(), { later: 1 }) };
    expect(await readers(emergency).emergency()).toMatchObject({ record: { ...emergencyOfWeb(), later: 1 } });
  });
});
