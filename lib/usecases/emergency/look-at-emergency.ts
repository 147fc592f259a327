import type { EmergencyAttempt, EmergencyRecord, StoredEmergency } from '../../ports/emergencies.ts';
import type { Part } from '../../ports/world.ts';
import { emergencySettings } from '../../specification/emergency.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import {
  type AttemptStatus,
  decideEmergency,
  type EmergencyDecision,
  isGivenUp,
  partPatienceSeconds,
} from './decide-emergency.ts';
import type { OpenNeeds } from '../incident/open-incident.ts';
import { change, type EmergencyInput } from './emergency-input.ts';
import { targetsOfUsers } from '../maintenance/targets-of-users.ts';
import { openIncidentOf } from './open-incident-of.ts';
import { isPageOf } from './keep-page.ts';
import { isToldOf, takerOf, tellBegan, tellEnded, tellPart, tellReminder } from './tell-emergency.ts';

type Needs = Part<'emergencies' | 'store' | 'router' | 'executions' | 'now'> & OpenNeeds;

interface Output {
  readonly outcome: 'wait' | 'page' | 'capacity' | 'lastKnownGood' | 'pageDown' | 'over';
  readonly waitSeconds: number;
  /** Whose record tells of it. */
  readonly rolloutId: string;
}

/** How often people are reminded until somebody takes it. */
const reminderSeconds = 300;
/** An execution takes 25,000 events, so evaluations become rarer. */
const oftenSeconds = 600;
/** A rollout is in the record a moment after its execution began. */
const rolloutsLookedThrough = 5;

/**
 * State `LookAtEmergency`: looks at who serves users, says which part comes next, reminds people, and ends the emergency once users are
 * served, its time is over, or the service has no spec any more. One that a person ended, or that a newer one follows, is over.
 */
export async function lookAtEmergency(input: EmergencyInput, world: Needs): Promise<Output> {
  const { emergencies, store, now } = world;
  const stored = await emergencies.emergency(input.service);
  if (stored?.record.number !== input.number) return { outcome: 'over', waitSeconds: 1, rolloutId: '' };
  const { record } = stored;
  const rolloutId = record.toldIn;
  if (record.standing === 'over') {
    await tellEnded(record, world);
    return { outcome: 'over', waitSeconds: 1, rolloutId };
  }
  // Read once an evaluation, as the state of a rollout is the largest item there is.
  const told = (await knownRollout(store, rolloutId)).state;
  if (!isToldOf(told, record)) await tellBegan(record, world);
  const applied = await store.spec(input.service);
  if (applied === undefined) return end(input, stored, 'gone', 'the service has no spec any more', world);
  if (now().getTime() >= Date.parse(record.until)) {
    const why = `its time is over, and users are not known to be served (${record.waitsFor ?? 'nothing was seen'})`;
    return end(input, stored, 'timeOver', why, world);
  }
  const attempts = await settled(input.service, record, world);
  const incident = await openIncidentOf(input.service, record, applied.spec, world);
  const current = { ...record, attempts };
  const [health, page] = await Promise.all([targetsOfUsers(applied.spec, world), store.maintenance(input.service)]);
  const decision = decideEmergency(current, {
    ...health,
    usualTasks: told.blueCount,
    attempt: statusOf(attempts),
    isPageUp: isPageOf(input.service, record, page?.record),
    now: now(),
    waitSeconds: emergencySettings(applied.spec).waitSeconds,
  });
  const tried = attempts.map(({ status: _, ...attempt }) => attempt);
  return follow(input, stored, { decision, attempts: tried, incident, taker: takerOf(told) }, world);
}

type SeenStatus = Exclude<AttemptStatus, 'none'>;
type SeenAttempt = EmergencyAttempt & { readonly status: SeenStatus };

/** What an evaluation came to. */
interface Seen {
  readonly decision: EmergencyDecision;
  readonly attempts: readonly EmergencyAttempt[];
  readonly incident: EmergencyRecord['incident'];
  /** Who has taken the emergency upon them. */
  readonly taker: string | undefined;
}

async function follow(
  input: EmergencyInput,
  stored: StoredEmergency,
  { decision, attempts, incident, taker }: Seen,
  world: Needs,
): Promise<Output> {
  const { record } = stored;
  const { next, why, outcome, healthySince } = decision;
  const elapsed = (world.now().getTime() - Date.parse(record.since)) / 1000;
  const turn = Math.floor(elapsed / reminderSeconds);
  const isDue = next !== 'end' && turn > record.reminded;
  if (isDue && taker === undefined) await tellReminder(record, turn, why, world);
  await tellGivenUp(record, world);
  const { healthySince: _, ...rest } = record;
  const isAskedFirst = (next === 'page' || next === 'capacity') && record.askedAt?.[next] === undefined;
  const seen: EmergencyRecord = {
    ...rest,
    attempts,
    waitsFor: why,
    ...(incident !== undefined && { incident }),
    ...(healthySince !== undefined && { healthySince }),
    ...(isDue && { reminded: turn }),
    ...(isAskedFirst && { askedAt: { ...record.askedAt, [next]: world.now().toISOString() } }),
  };
  const isNews = JSON.stringify(seen) !== JSON.stringify(record);
  const kept = isNews ? await world.emergencies.putEmergency(input.service, seen, stored) : stored;
  for (const [index, { outcome: came, digest, reason = '' }] of attempts.entries()) {
    if (came === undefined || record.attempts[index]?.outcome !== undefined) continue;
    const what = came === 'succeeded' ? `${digest} gets all traffic` : `${digest} was not brought back: ${reason}`;
    const said = came === 'failed' ? { reason: `${digest}: ${reason}` } : { what };
    await tellPart(record, 'lastKnownGood', `good-${index + 1}-${came}`, said, world);
  }
  if (next === 'end') return end(input, kept, outcome ?? 'served', why, world);
  const waitSeconds = elapsed < oftenSeconds ? 5 : 20;
  return { outcome: next, waitSeconds, rolloutId: record.toldIn };
}

/** Says once of a part that it could not be done; what follows it has begun. */
async function tellGivenUp(record: EmergencyRecord, world: Needs): Promise<void> {
  const doneAt = { page: record.pageAt, capacity: record.capacityAt };
  for (const part of ['page', 'capacity'] as const) {
    if (doneAt[part] !== undefined || !isGivenUp(record, part, world.now())) continue;
    const by = part === 'page' ? 'KeepPage' : 'RaiseCapacity';
    const reason = `It could not be done for ${partPatienceSeconds} s, and the next part goes on without it. The log of the function ${by} says why.`;
    await tellPart(record, part === 'page' ? 'maintenance' : 'capacity', `${part}-given-up`, { reason }, world);
  }
}

async function end(
  input: EmergencyInput,
  stored: StoredEmergency,
  outcome: 'served' | 'timeOver' | 'gone',
  reason: string,
  world: Needs,
): Promise<Output> {
  const ended = { by: 'Sluice', reason, at: world.now().toISOString(), outcome };
  const { record } = await change(input, stored, { standing: 'over', ended }, world);
  await tellEnded(record, world);
  return { outcome: 'over', waitSeconds: 1, rolloutId: record.toldIn };
}

function statusOf(attempts: readonly SeenAttempt[]): AttemptStatus {
  return attempts.at(-1)?.status ?? 'none';
}

/** Finds out what became of versions that are being brought back. */
async function settled(service: string, record: EmergencyRecord, world: Needs): Promise<readonly SeenAttempt[]> {
  return Promise.all(
    record.attempts.map(async (attempt): Promise<SeenAttempt> => {
      if (attempt.outcome !== undefined) return { ...attempt, status: statusAfter(attempt.outcome) };
      const { status, reason } = await statusNow(service, attempt, world);
      if (status === 'running' || status === 'notStarted') return { ...attempt, status };
      const settledAs = {
        outcome: status,
        endedAt: world.now().toISOString(),
        ...(reason !== undefined && { reason }),
      };
      return { ...attempt, status: statusAfter(status), ...settledAs };
    }),
  );
}

type AttemptOutcome = Exclude<EmergencyAttempt['outcome'], undefined>;

/** An attempt that opened no rollout has ended as one that failed has: the next one may begin. */
function statusAfter(outcome: AttemptOutcome): SeenStatus {
  return outcome === 'notOpened' ? 'failed' : outcome;
}

async function statusNow(
  service: string,
  { execution }: EmergencyAttempt,
  { store, executions }: Needs,
): Promise<{ readonly status: AttemptOutcome | 'running' | 'notStarted'; readonly reason?: string }> {
  const arn = executions.arnOf(execution);
  const newest = await store.list(service, rolloutsLookedThrough);
  for (const { rolloutId } of newest) {
    const state = (await store.load(rolloutId))?.state;
    if (state?.executionArn !== arn) continue;
    const { phase, reason = 'no reason was recorded' } = state;
    if (phase === 'succeeded') return { status: 'succeeded' };
    const hasFailed = phase === 'rollingBack' || phase === 'rolledBack' || phase === 'rejected';
    return hasFailed
      ? { status: 'failed', reason: `${rolloutId} did not come through: ${reason}` }
      : { status: 'running' };
  }
  const known = await executions.describe(arn);
  if (known === undefined) return { status: 'notStarted' };
  if (known.status === 'RUNNING') return { status: 'running' };
  const said = [known.error, known.cause].filter((part) => part !== undefined).join(': ');
  return { status: 'notOpened', reason: `it opened no rollout${said === '' ? '' : `: ${said.slice(0, 400)}`}` };
}
