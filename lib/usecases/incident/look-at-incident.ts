import * as z from 'zod';
import type { IncidentRecord, StoredIncident } from '../../ports/incidents.ts';
import { StaleWrite } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { contactText, incidentSettings } from '../../specification/incident.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { draftUpdates } from './draft-update.ts';
import { incidentSight } from './incident-sight.ts';
import { dueInIncident } from './due-in-incident.ts';
import type { OpenNeeds } from './open-incident.ts';
import { tellRaised } from './raise-incident.ts';
import { runIncident, unknownCaller, tellClosed, tellCommander, tellOnce, tellOpened } from './tell-incident.ts';

export const lookAtIncidentInput = z.object({
  service: z.string().min(1).max(64),
  number: z.int().min(1),
  reopened: z.int().min(0),
  /** When the execution began: after a day another one goes on. */
  startedAt: z.iso.datetime({ offset: true }),
  /** The name of the execution, after which the next one is named; absent in one that an earlier version started. */
  execution: z.string().min(1).max(80).optional(),
});
type Input = z.output<typeof lookAtIncidentInput>;

type Needs = OpenNeeds & Part<'emergencies'>;

interface Output {
  readonly outcome: 'wait' | 'over';
  readonly waitSeconds: number;
  /** Whose record tells of it. */
  readonly rolloutId: string;
}

/** An execution takes 25,000 events, and an evaluation some ten: after a day of evaluations each minute another execution goes on. */
const longestSeconds = 86_400;
const waitSeconds = 60;

/**
 * State `LookAtIncident`: takes in what happened meanwhile (a person took it by a click, users are served again), asks for a status update
 * that is due, and escalates where nobody answers. It is over once a person has closed it, or a newer one is there.
 */
export async function lookAtIncident(input: Input, world: Needs): Promise<Output> {
  const stored = await world.incidents.incident(input.service);
  if (stored?.record.number !== input.number || stored.record.reopened !== input.reopened)
    return { outcome: 'over', waitSeconds, rolloutId: '' };
  const rolloutId = stored.record.toldIn;
  const over = { outcome: 'over', waitSeconds, rolloutId } as const;
  const { state } = await knownRollout(world.store, rolloutId);
  const applied = await world.store.spec(input.service);
  // A service that is gone has no settings of its own; its incident is led to its end all the same.
  const spec = applied?.spec ?? state.spec;
  await tellOpened(stored.record, spec, world);
  if (stored.record.standing === 'closed') {
    await tellClosed(stored.record, world);
    return over;
  }
  const { record } = await takenIn(input.service, stored, state, world);
  await tellRaised(record, spec, world);
  await tellCommander(record, world);
  await tellDue(input.service, record, state, world);
  if ((world.now().getTime() - Date.parse(input.startedAt)) / 1000 < longestSeconds)
    return { outcome: 'wait', waitSeconds, rolloutId };
  await runIncident(input.service, record, world, input.execution ?? unknownCaller);
  return over;
}

/** The incident with what others have done to it since the last evaluation. */
async function takenIn(
  service: string,
  stored: StoredIncident,
  state: RolloutState,
  world: Needs,
): Promise<StoredIncident> {
  const { record } = stored;
  const next = withRestoration(withTaker(record, state), state, await world.emergencies.emergency(service));
  if (next === record) return stored;
  try {
    return await world.incidents.putIncident(service, next, stored);
  } catch (error) {
    // A person was first: the next evaluation takes in the rest.
    if (!(error instanceof StaleWrite)) throw error;
    return (await world.incidents.incident(service)) ?? stored;
  }
}

/** Who takes what is open, by a link, in Slack or in PagerDuty, commands the incident. */
function withTaker(record: IncidentRecord, { matters = [] }: RolloutState): IncidentRecord {
  if (record.commander !== undefined) return record;
  const taken = matters.find(({ type }) => type === 'IncidentOpened')?.taken;
  return taken === undefined ? record : { ...record, commander: { by: taken.by, at: taken.at, nth: 1 } };
}

function withRestoration(
  record: IncidentRecord,
  state: RolloutState,
  emergency: Awaited<ReturnType<Needs['emergencies']['emergency']>>,
): IncidentRecord {
  if (record.restoredAt !== undefined) return record;
  const { ended } = emergency?.record ?? {};
  const known = [
    // A drill brings users from one side to the other of the same version: that mends nothing.
    state.phase === 'rolledBack' && state.drill === undefined ? state.closedAt : undefined,
    ended?.outcome === 'served' ? ended.at : undefined,
  ];
  const restoredAt = known.find((at) => at !== undefined && at >= (record.joinedAt ?? record.opened.at));
  return restoredAt === undefined ? record : { ...record, restoredAt };
}

async function tellDue(service: string, record: IncidentRecord, told: RolloutState, world: Needs): Promise<void> {
  const { store, now } = world;
  const settings = incidentSettings((await store.spec(service))?.spec ?? told.spec);
  const { number, commander } = record;
  for (const due of dueInIncident(record, settings, now())) {
    const { key } = due;
    if (told.incident?.keys.includes(key) === true) continue;
    if (due.kind === 'escalation') {
      const contacts = settings.contacts.map(contactText);
      await tellOnce(record, { type: 'IncidentEscalated', number, key, reason: due.reason, contacts }, world);
    } else {
      const drafts = draftUpdates(record, await incidentSight(service, told, world));
      const draft = Object.entries(drafts).map(([audience, text]) => `Draft for ${audience}: ${text}`);
      const by = commander === undefined ? {} : { commander: commander.by };
      await tellOnce(record, { type: 'IncidentUpdateDue', number, key, ...by, draft }, world);
    }
  }
}
