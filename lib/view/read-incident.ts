import type { Emergencies, EmergencyRecord } from '../ports/emergencies.ts';
import type { IncidentRecord, Incidents } from '../ports/incidents.ts';
import type { RolloutStore, RolloutSummary, StoredSpec } from '../ports/rollout-store.ts';
import type { TellingEvents } from './incident-view.ts';

/** What an incident is read from. Nothing of it writes. */
export interface IncidentReaders {
  readonly store: Pick<RolloutStore, 'load' | 'list' | 'events' | 'spec' | 'maintenance'>;
  readonly incidents: Pick<Incidents, 'incident'>;
  readonly emergencies: Pick<Emergencies, 'emergency'>;
}

/** How a service stands besides its rollouts. */
export interface ServiceTrouble {
  readonly service: string;
  /** `undefined` where no spec of that name is applied. */
  readonly inForce: StoredSpec | undefined;
  /** Its newest incident, open or closed. */
  readonly incident: IncidentRecord | undefined;
  /** Its newest emergency, under way or over. */
  readonly emergency: EmergencyRecord | undefined;
  /** Since when users get the maintenance page in place of the service. */
  readonly pageSince: string | undefined;
  readonly rollouts: readonly RolloutSummary[];
}

/** Rollouts of the service that may tell of its incident, besides the one in which it is told. */
const mostRollouts = 4;
/** Newest events of each, in parts that come in one page of the table. */
const partsOf = { toldIn: 3, other: 1 } as const;
const eventsEach = 100;

/** Reads how a service stands besides its rollouts, in calls at the same time. */
export async function readTrouble(
  service: string,
  { store, incidents, emergencies }: IncidentReaders,
): Promise<ServiceTrouble> {
  const [inForce, incident, emergency, page, rollouts] = await Promise.all([
    store.spec(service),
    incidents.incident(service),
    emergencies.emergency(service),
    store.maintenance(service),
    store.list(service, mostRollouts),
  ]);
  const pageSince = page?.record.wanted === 'on' ? page.record.at : undefined;
  return { service, inForce, incident: incident?.record, emergency: emergency?.record, pageSince, rollouts };
}

/** Reads the newest events of the rollouts that tell of an incident, in two calls in a row. */
export async function readTelling(
  { incident, rollouts }: Pick<ServiceTrouble, 'incident' | 'rollouts'>,
  { store }: Pick<IncidentReaders, 'store'>,
): Promise<readonly TellingEvents[]> {
  if (incident === undefined) return [];
  const { toldIn } = incident;
  const ids = new Set([toldIn, ...rollouts.map(({ rolloutId }) => rolloutId)]);
  const loaded = await Promise.all([...ids].map((rolloutId) => store.load(rolloutId)));
  return Promise.all(
    loaded
      .filter((stored) => stored !== undefined)
      .map(async (stored) => {
        const { rolloutId } = stored.state;
        const parts = rolloutId === toldIn ? partsOf.toldIn : partsOf.other;
        return { stored, events: await newestEvents(rolloutId, stored.sequence, parts, store) };
      }),
  );
}

async function newestEvents(rolloutId: string, sequence: number, parts: number, store: Pick<RolloutStore, 'events'>) {
  const after = Math.max(0, sequence - parts * eventsEach);
  const read = Array.from({ length: parts }, (_, part) => after + part * eventsEach)
    .filter((from) => from < sequence)
    .map((from) => store.events(rolloutId, from, eventsEach));
  return (await Promise.all(read)).flat();
}
