import type { EmergencyRecord } from '../../lib/ports/emergencies.ts';
import type { IncidentRecord } from '../../lib/ports/incidents.ts';
import type { Troubles } from '../../lib/ports/troubles.ts';
import { digestOf } from '../model/model-world.ts';
import {
  bakingScenario,
  emergencyScenario,
  hostileScenario,
  hostileText,
  type Scenario,
  scenarioId,
} from './scenarios.ts';

const doer = (by: string, at: string) => ({ by, how: 'command', at }) as const;

/** An incident P1 of `web`, opened by Ana at 10:12. */
export function incidentOfWeb(changes: Partial<IncidentRecord> = {}): IncidentRecord {
  const openedAt = '2026-03-01T10:12:00.000Z';
  return {
    ...{ standing: 'open', number: 3, reopened: 0, level: 'P1', reason: 'logins fail', cause: 'person', causes: [] },
    ...{ opened: doer('Ana', openedAt), quiet: false, since: openedAt, toldIn: scenarioId, updatedAt: openedAt },
    ...changes,
  };
}

/** An emergency of `web` that has brought a version back and waits for its targets. */
export function emergencyOfWeb(changes: Partial<EmergencyRecord> = {}): EmergencyRecord {
  return {
    ...{ standing: 'wanted', number: 1, by: 'the rollback', reason: 'neither side is healthy' },
    ...{ since: '2026-03-01T10:11:00.000Z', until: '2026-03-01T16:11:00.000Z', parts: ['capacity', 'lastKnownGood'] },
    ...{ toldIn: scenarioId, reminded: 0, capacityAt: '2026-03-01T10:12:00.000Z' },
    attempts: [{ digest: digestOf('a'), execution: 'one', at: '2026-03-01T10:13:00.000Z' }],
    waitsFor: 'the rollout of the version that it brings back',
    ...changes,
  };
}

async function opens(scenario: Scenario, record: IncidentRecord): Promise<Scenario> {
  await scenario.incidents.putIncident('web', record, undefined);
  return scenario.at(720, {
    ...{ type: 'IncidentOpened', by: 'Ana', how: 'command', number: 3, reopened: 0, level: record.level },
    ...{ reason: record.reason, cause: 'person', contacts: [] },
    ...{ respondBy: '2026-03-01T11:12:00.000Z', resolveBy: '2026-03-02T10:12:00.000Z' },
  });
}

/** Nobody leads it yet. */
export async function openIncident(): Promise<Scenario> {
  return opens(await bakingScenario(), incidentOfWeb());
}

/** Beside an emergency; Ben leads it, and an update went out. */
export async function ledIncident(): Promise<Scenario> {
  const scenario = await emergencyScenario();
  await scenario.emergencies.putEmergency('web', emergencyOfWeb(), undefined);
  const commander = { ...doer('Ben', '2026-03-01T10:20:00.000Z'), nth: 1 };
  await opens(scenario, incidentOfWeb({ level: 'P0', commander, updatedAt: '2026-03-01T10:25:00.000Z' }));
  await scenario.at(1200, { type: 'IncidentCommanded', by: 'Ben', how: 'command', number: 3, key: 'command-1' });
  const told = { by: 'Ben', how: 'command', number: 3, level: 'P0', nextBy: '2026-03-01T10:55:00.000Z' } as const;
  return scenario.at(1500, { type: 'IncidentUpdated', ...told, key: 'update-1', text: 'We bring 411 back.' });
}

/** Resolved an hour after its beginning, without an update that said when users were served again. */
export async function closedIncident(): Promise<Scenario> {
  const closed = { ...doer('Ben', '2026-03-01T11:12:00.000Z'), reason: 'the pool is larger' };
  const commander = { ...doer('Ben', '2026-03-01T11:13:00.000Z'), nth: 1 };
  const scenario = await opens(
    await bakingScenario(),
    incidentOfWeb({ standing: 'closed', closed, commander: { ...commander, at: '2026-03-01T11:00:00.000Z' } }),
  );
  return scenario.at(4320, { type: 'IncidentClosed', by: 'Ben', how: 'command', number: 3, reason: closed.reason });
}

/** Text that users control, in every place that has some. */
export async function hostileIncident(): Promise<Scenario> {
  const scenario = await hostileScenario();
  const commander = { ...doer(hostileText, '2026-03-01T10:20:00.000Z'), nth: 1 };
  const record = incidentOfWeb({
    reason: hostileText,
    commander,
    opened: doer(hostileText, '2026-03-01T10:12:00.000Z'),
  });
  const attempt = { digest: hostileText, execution: 'one', at: hostileText, reason: hostileText } as const;
  const emergency = emergencyOfWeb({ by: hostileText, reason: hostileText, waitsFor: hostileText });
  await scenario.emergencies.putEmergency('web', { ...emergency, attempts: [attempt] }, undefined);
  return opens(scenario, record);
}

/** What is open of a scenario's services, as lists show it. */
export function troublesOf({ store, incidents, emergencies }: Scenario): Troubles {
  return {
    async troubles() {
      const found = await Promise.all(
        (await store.services()).map(async (service) => {
          const [incident, emergency] = await Promise.all([
            incidents.incident(service),
            emergencies.emergency(service),
          ]);
          return {
            service,
            ...(incident?.record.standing === 'open' && { incident: incident.record }),
            ...(emergency?.record.standing === 'wanted' && { emergency: emergency.record }),
          };
        }),
      );
      return found.filter((one) => Object.keys(one).length > 1);
    },
  };
}
