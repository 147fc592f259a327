import type { IncidentDeed, OrderedIncident } from '../../ports/incident-orders.ts';
import type { IncidentRecord, StoredIncident } from '../../ports/incidents.ts';
import type { RolloutSummary } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { againWhenStale } from '../ownership/again-when-stale.ts';
import { isWorse, tellRaised, withLevel } from './raise-incident.ts';
import { doerOf, type IncidentExecutions, runIncident, tellOnce, tellOpened } from './tell-incident.ts';

export type OpenNeeds = Part<'incidents' | 'store' | 'now'> & {
  readonly incidentExecutions: IncidentExecutions;
};
type Opening = Extract<IncidentDeed, { wanted: 'open' }>;

/** Writers that may be first before this one gives up. */
export const mostTries = 5;
/** Rollouts among which one is looked for that is no drill. */
const lookedThrough = 20;
/** One that comes back within a day is the same incident. */
const recursSeconds = 86_400;
/** Those that are known; more causes of one incident are noted and not told apart. */
const mostCauses = 50;

/**
 * Opens an incident of a service, adds its cause to the one that is open, or opens again the one that was closed less than a day ago. Of
 * two that open one at once, one does, by a conditional write. A cause that came already changes nothing, but starts the machine where it
 * was lost.
 * @param doer who opens it
 */
export async function openIncident(
  service: string,
  spec: RolloutSpec,
  { opening, doer }: { readonly opening: Opening; readonly doer: Omit<IncidentRecord['opened'], 'at'> },
  world: OpenNeeds,
): Promise<OrderedIncident> {
  const newest = await tellingRollout(service, world);
  if (newest === undefined) {
    const reason = `No rollout of ${service} is in the record, so no channel and no record can hear of an incident. Roll it out once, or lead it elsewhere.`;
    return { outcome: 'refused', reason };
  }
  const opened = { ...doer, at: world.now().toISOString() };
  const { stored, joined } = await againWhenStale(mostTries, async () => {
    const before = await world.incidents.incident(service);
    const next = opensAnew(before?.record, opening, opened, newest.rolloutId);
    if (next === undefined && before !== undefined) return { stored: before, joined: true };
    if (next === undefined) throw new Error('An incident that is not there cannot be joined.');
    const put = await world.incidents.putIncident(service, next, before);
    return { stored: put, joined: before?.record.standing === 'open' };
  });
  await tellOpened(stored.record, spec, world);
  if (stored.record.standing === 'closed') return wasClosed(service, stored.record, doer.by);
  if (joined) await tellJoined(stored, opening, opened, world);
  await tellRaised(stored.record, spec, world);
  await runIncident(service, stored.record, world);
  const { number, level, toldIn } = stored.record;
  const said = joined
    ? `Incident ${String(number)} of ${service}, ${level}, is open already.`
    : `Incident ${String(number)} of ${service}, ${level}, is open; its timeline is in the record of ${toldIn}.`;
  return { outcome: 'done', by: doer.by, number, joined, said };
}

/** The newest rollout that is no drill, as what is told in a drill reads as one; the newest one where the last ones all are drills. */
async function tellingRollout(
  service: string,
  { store }: Pick<OpenNeeds, 'store'>,
): Promise<RolloutSummary | undefined> {
  const newest = await store.list(service, lookedThrough);
  return newest.find(({ drill }) => drill === undefined) ?? newest[0];
}

/** What is written; `undefined` where the incident that is open knows all of it. */
function opensAnew(
  before: IncidentRecord | undefined,
  { level, reason, cause, quiet }: Opening,
  opened: IncidentRecord['opened'],
  toldIn: string,
): IncidentRecord | undefined {
  if (before?.standing === 'open') {
    const isKnown = cause !== 'person' && before.causes.includes(cause);
    if (isKnown) return undefined;
    const causes = cause === 'person' ? before.causes : [...before.causes, cause].slice(-mostCauses);
    // What comes to it now says that users are hit again.
    const { restoredAt: _, ...joined } = { ...before, causes, joinedAt: opened.at };
    return withLevel(joined, isWorse(level, before.level) ? level : before.level, opened, reason);
  }
  // A cause that is delivered again must not open again what a person has closed.
  if (cause !== 'person' && before?.causes.includes(cause) === true) return undefined;
  const isQuiet = quiet === true;
  const fresh = { standing: 'open', level, reason, cause, opened, quiet: isQuiet, updatedAt: opened.at } as const;
  const hasRecurred =
    before?.closed !== undefined && Date.parse(opened.at) - Date.parse(before.closed.at) < recursSeconds * 1000;
  if (before === undefined || !hasRecurred)
    return { ...fresh, causes: [cause], number: (before?.number ?? 0) + 1, reopened: 0, since: opened.at, toldIn };
  const { number, reopened, since } = before;
  const causes = [...before.causes, cause].slice(-mostCauses);
  return { ...fresh, number, since, causes, reopened: reopened + 1, toldIn: before.toldIn };
}

function wasClosed(service: string, { number, closed }: IncidentRecord, by: string): OrderedIncident {
  const said = `Incident ${String(number)} of ${service} was for the same cause, and ${closed?.by ?? 'somebody'} closed it at ${closed?.at ?? 'an unknown time'}.`;
  return { outcome: 'done', by, number, joined: true, said };
}

/** What else was said of an incident that is open stands in its timeline. */
async function tellJoined(
  { record }: StoredIncident,
  { level, reason, cause }: Opening,
  opened: IncidentRecord['opened'],
  world: OpenNeeds,
): Promise<void> {
  const { number } = record;
  if (cause !== 'person' && cause === record.cause) return;
  const key = cause === 'person' ? `joined-${opened.at}` : `cause-${cause}`;
  const text = `${cause === 'person' ? 'also' : cause}, ${level}: ${reason}`;
  await tellOnce(record, { type: 'IncidentNoted', ...doerOf(opened), number, key, text }, world);
}
