import { type IncidentRecord, incidentId } from '../../ports/incidents.ts';
import type { Part } from '../../ports/world.ts';
import { callerFactsOf } from '../../rollout/decider.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { contactText, incidentSettings } from '../../specification/incident.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { appendIf } from '../ownership/append-if.ts';

type Needs = Part<'store' | 'now'>;
type Done = IncidentRecord['opened'];

/** Returns who did something, as an event has it. */
export function doerOf({ by, how, ...facts }: Done): Omit<Done, 'at'> {
  return { by, ...(how !== undefined && { how }), ...callerFactsOf(facts) };
}

/** Returns a time some seconds after another one, ISO 8601. */
export function after(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/** Records that an incident was opened, or opened again, once. */
export async function tellOpened(
  record: IncidentRecord,
  spec: Pick<RolloutSpec, 'incident'>,
  world: Needs,
): Promise<void> {
  const { number, reopened, level, reason, cause, opened, quiet, toldIn } = record;
  const { targets, contacts } = incidentSettings(spec);
  const { respondSeconds, resolveSeconds } = targets[level];
  const event: RolloutEvent = {
    ...{ type: 'IncidentOpened', ...doerOf(opened), number, reopened, level, reason },
    ...{ cause, ...(quiet && { quiet }) },
    ...{ respondBy: after(opened.at, respondSeconds), resolveBy: after(opened.at, resolveSeconds) },
    contacts: contacts.map(contactText),
  };
  const isNews = ({ incident }: RolloutState) =>
    incident === undefined || incident.number < number || (incident.number === number && incident.reopened < reopened);
  await appendIf(toldIn, event, isNews, world);
}

type Keyed = Extract<RolloutEvent, { readonly type: `Incident${string}`; readonly key: string }>;

/** Records something of an incident once, by its key, while it is open. */
export async function tellOnce(record: IncidentRecord, event: Keyed, world: Needs): Promise<void> {
  const isNews = ({ incident }: RolloutState) => isOpenIn(incident, record) && !incident.keys.includes(event.key);
  await appendIf(record.toldIn, event, isNews, world);
}

/** Records who commands an incident now, once. */
export async function tellCommander(record: IncidentRecord, world: Needs): Promise<void> {
  const { commander, number } = record;
  if (commander === undefined) return;
  const { from, handedBy } = commander;
  const key = `command-${String(commander.nth)}`;
  const event = { type: 'IncidentCommanded', ...doerOf(commander), number, key, from } as const;
  await tellOnce(record, { ...event, ...(handedBy !== undefined && { handedBy }) }, world);
}

/** Records the end, once. */
export async function tellClosed(record: IncidentRecord, world: Needs): Promise<void> {
  const { closed, number } = record;
  if (closed === undefined) return;
  const event: RolloutEvent = { type: 'IncidentClosed', ...doerOf(closed), number, reason: closed.reason };
  await appendIf(record.toldIn, event, ({ incident }) => isOpenIn(incident, record), world);
}

type Facts = Exclude<RolloutState['incident'], undefined>;

function isOpenIn(incident: Facts | undefined, { number, reopened }: IncidentRecord): incident is Facts {
  return incident?.number === number && incident.reopened === reopened && incident.closed !== true;
}

/** Executions of one incident: one a day at least, and one for each that was lost. */
const mostExecutions = 100;

/**
 * Starts the machine of an incident under the first name that is free, or finds the execution that runs. AWS answers a start with the name
 * and input of an execution that runs as if it had started it.
 * @param caller the name of the execution that hands over: the names after it count; `unknown` where it did not say its name, so that no
 * name is taken that an execution runs under
 */
export async function runIncident(
  service: string,
  record: Pick<IncidentRecord, 'number' | 'reopened'>,
  { incidentExecutions }: { readonly incidentExecutions: IncidentExecutions },
  caller?: string,
): Promise<void> {
  const id = incidentId(service, record);
  const { number, reopened } = record;
  const handsOver = caller === unknownCaller ? 0 : turnOf(id, caller);
  for (let nth = handsOver + 1; nth <= handsOver + mostExecutions; nth += 1) {
    const name = nth === 1 ? id : `${id}-${String(nth)}`;
    const isTaken = caller === unknownCaller && (await incidentExecutions.isRunning(incidentExecutions.arnOf(name)));
    if (isTaken) continue;
    const started = await incidentExecutions.start(name, { service, number, reopened });
    if (!started.alreadyStarted || (await incidentExecutions.isRunning(started.executionArn))) return;
  }
  throw new Error(`${String(mostExecutions)} executions of ${id} have ended already. Close it, and open another one.`);
}

/** Of an execution that was started before executions passed their names on. */
export const unknownCaller = 'unknown';

/** Returns which execution of an incident has a name, from 1 on; 0 where none has. */
function turnOf(id: string, name: string | undefined): number {
  if (name === id) return 1;
  const nth = name?.startsWith(`${id}-`) === true ? Number(name.slice(id.length + 1)) : 0;
  return Number.isSafeInteger(nth) && nth > 1 ? nth : 0;
}

/** Of the incident machine. */
export type IncidentExecutions = Pick<
  Part<'incidentExecutions'>['incidentExecutions'],
  'arnOf' | 'start' | 'isRunning'
>;
