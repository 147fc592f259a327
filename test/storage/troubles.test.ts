import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { dynamoDbEmergencies } from '../../lib/storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../../lib/storage/dynamodb-incidents.ts';
import { dynamoDbTroubles } from '../../lib/storage/dynamodb-troubles.ts';
import { clientThrough, Table } from '../simulation/aws/table.ts';
import { emergencyOfWeb, incidentOfWeb } from '../view/incident-scenarios.ts';

test('what is open is listed by service, what is over is not, and what cannot be read hides nothing', async () => {
  const table = new Table(() => undefined);
  const client = clientThrough((command) => Promise.resolve(table.carryOut(command)));
  const incidents = dynamoDbIncidents(client, 'record');
  const emergencies = dynamoDbEmergencies(client, 'record');
  await incidents.putIncident('web', incidentOfWeb(), undefined);
  await incidents.putIncident('api', incidentOfWeb({ standing: 'closed' }), undefined);
  await emergencies.putEmergency('web', emergencyOfWeb(), undefined);
  await emergencies.putEmergency('shop', emergencyOfWeb({ standing: 'over' }), undefined);
  const broken = { pk: 'INCIDENT', sk: 'SERVICE#auth', record: '{"standing":"open"}', revision: 1 };
  await client.send(new PutCommand({ TableName: 'record', Item: broken }));

  expect(await dynamoDbTroubles(client, 'record').troubles()).toEqual([
    { service: 'auth', unread: expect.stringContaining('INCIDENT') },
    { service: 'web', incident: incidentOfWeb(), emergency: emergencyOfWeb() },
  ]);
});
