import { expect, test } from '@jest/globals';
import { contactText, incidentSettings } from '../../lib/specification/incident.ts';
import { modelSpec } from '../model/model-world.ts';

test('without a word of incidents only people open one, and the usual times count', () => {
  const settings = incidentSettings(modelSpec());

  expect(settings).toMatchObject({ isAutomatic: false, restoreSeconds: 3600, updateSeconds: 1800, contacts: [] });
  expect(settings.targets).toEqual({
    P0: { respondSeconds: 900, resolveSeconds: 14_400 },
    P1: { respondSeconds: 3600, resolveSeconds: 86_400 },
    P2: { respondSeconds: 14_400, resolveSeconds: 259_200 },
    P3: { respondSeconds: 86_400, resolveSeconds: 604_800 },
  });
  expect(incidentSettings(modelSpec({ incident: {} })).isAutomatic).toBe(true);
});

test('times, contacts and what opens one are what the spec says', () => {
  const incident = {
    automatic: false,
    P0: { respond: '5m', resolve: '2h' },
    P1: { respond: '30m' },
    P2: { resolve: '48h' },
    P3: { respond: '12h', resolve: '72h' },
    restore: '20m',
    updateEvery: '15m',
    contacts: [{ name: 'DBA', for: 'database', phone: '+49 30 1234567', backup: 'Ben', vendor: 'contract 4711' }],
  };
  const settings = incidentSettings(modelSpec({ incident }));

  expect(settings).toMatchObject({ isAutomatic: false, restoreSeconds: 1200, updateSeconds: 900 });
  expect(settings.targets).toEqual({
    P0: { respondSeconds: 300, resolveSeconds: 7200 },
    P1: { respondSeconds: 1800, resolveSeconds: 86_400 },
    P2: { respondSeconds: 14_400, resolveSeconds: 172_800 },
    P3: { respondSeconds: 43_200, resolveSeconds: 259_200 },
  });
  expect(settings.contacts.map(contactText)).toEqual([
    'DBA (database, +49 30 1234567, in their place Ben, vendor contract 4711)',
  ]);
});

test.each([
  [{ restore: '10s' }, 'restore'],
  [{ contacts: [{ name: 'DBA', phone: 'call me' }] }, 'telephone number in quotes'],
  [{ P4: { respond: '1h' } }, 'P4'],
])('%j is refused, with what is expected', (incident, said) => {
  expect(() => modelSpec({ incident })).toThrow(said);
});

test('status updates go to channels that there are', () => {
  const channels = [
    { name: 'page', type: 'webhook', url: 'https://status.example.com/in', secret: 'ssm:/sluice/page' },
  ];

  expect(modelSpec({ notifications: { channels, statusUpdates: ['page'] } }).notifications.statusUpdates).toEqual([
    'page',
  ]);
  expect(() => modelSpec({ notifications: { channels, statusUpdates: ['pagee'] } })).toThrow('pagee');
});
