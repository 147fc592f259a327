import { shapeOf } from '../../drivers/shapes/registry.ts';
import { emergencyId, type StoredEmergency } from '../../ports/emergencies.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { emergencyOf } from '../../rollout/urgent-return.ts';
import type { Part } from '../../ports/world.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { type KnownGood, lastKnownGood } from '../opening/last-known-good.ts';
import { requestClose } from '../people/request-close.ts';
import { liveTraffic } from '../rollback/live-traffic.ts';
import { startClosing, startRollback } from '../rollback/start-rollback.ts';
import { mostVersions } from './decide-emergency.ts';
import { change, type EmergencyInput, wantedEmergency } from './emergency-input.ts';
import { tellPart } from './tell-emergency.ts';

type Needs = Part<'emergencies' | 'store' | 'router' | 'registry' | 'executions' | 'rollbacks' | 'now'>;

interface Output {
  readonly outcome: 'started' | 'waiting' | 'none';
}

/**
 * State `BringBackGood`: has the newest known good version rolled out, the one before it where that failed, and stops then. It writes no
 * weight: the rollout that it starts takes the service's lock as any other, and its fence. Where a rollout holds the lock, that is rolled back
 * first, unless it was opened since the emergency began; a rollback that has put all traffic on a blue that cannot serve is closed as it is,
 * which stops its writers by the fence. Neither happens to what others started where no version is there to
 * bring back.
 */
export async function bringBackGood(input: EmergencyInput, world: Needs): Promise<Output> {
  const stored = await wantedEmergency(input, world);
  const applied = await world.store.spec(input.service);
  if (stored === undefined || applied === undefined) return { outcome: 'none' };
  const { record } = stored;
  const last = record.attempts.at(-1);
  if (last !== undefined && last.outcome === undefined) {
    // The call that recorded it may have died before it started the machine.
    await start(input, record, last, world);
    return { outcome: 'started' };
  }
  const { goesBack } = shapeOf(applied.spec).cannot;
  if (goesBack !== undefined) {
    return exhaust(input, stored, `driver ${shapeOf(applied.spec).name} brings no version back: ${goesBack}`, world);
  }
  const { lockedBy } = await world.store.service(input.service);
  const holder = lockedBy === undefined ? undefined : (await knownRollout(world.store, lockedBy)).state;
  // What it started itself is made to end in any case: people need the lock.
  if (holder !== undefined && emergencyOf(holder) === emergencyId(input.service, record))
    return freeLock(input, stored, holder, world);
  const tried = record.attempts.filter(({ outcome }) => outcome !== 'notOpened').map(({ digest }) => digest);
  const enough = whyEnough(record, tried);
  if (enough !== undefined) return exhaust(input, stored, enough, world);
  const found = await lastKnownGood(input.service, applied.spec.image, world, tried);
  if (!('digest' in found)) return exhaust(input, stored, noneKnown(found), world);
  if (holder !== undefined) return freeLock(input, stored, holder, world);
  if (world.now().getTime() < againAt(record)) return { outcome: 'waiting' };
  const nth = record.attempts.length + 1;
  const execution = `${emergencyId(input.service, record)}-good-${nth}`;
  const attempt = { digest: found.digest, execution, at: world.now().toISOString() };
  await change(input, stored, { attempts: [...record.attempts, attempt] }, world);
  await start(input, record, attempt, world);
  const what = `${found.digest} is brought back: it served with ${found.rolloutId}`;
  await tellPart(record, 'lastKnownGood', `good-${nth}`, { what }, world);
  return { outcome: 'started' };
}

/** Attempts in one emergency, with those that opened no rollout. */
const mostAttempts = 5;
/** Grows with each attempt that opened no rollout: what refused it may pass. */
const againSeconds = 15;

function noneKnown({ passedOver }: Pick<KnownGood, 'passedOver'>): string {
  return `no further version is known to be good (${passedOver.slice(0, 5).join('; ') || 'the record has none'})`;
}

/** Why no further version is brought back; `undefined` where one may be. */
function whyEnough({ attempts }: StoredEmergency['record'], tried: readonly string[]): string | undefined {
  if (tried.length >= mostVersions)
    return `the ${mostVersions} newest known good versions were brought back and did not help`;
  if (attempts.length < mostAttempts) return undefined;
  return `${mostAttempts} attempts to bring a version back were made; of the last one: ${attempts.at(-1)?.reason ?? 'nothing is known'}`;
}

/** When another attempt may begin, in milliseconds since the epoch: at once, unless the last one opened no rollout. */
function againAt({ attempts }: StoredEmergency['record']): number {
  const last = attempts.at(-1);
  if (last?.outcome !== 'notOpened') return 0;
  const refused = attempts.filter(({ outcome }) => outcome === 'notOpened').length;
  return Date.parse(last.endedAt ?? last.at) + refused * againSeconds * 1000;
}

async function exhaust(input: EmergencyInput, stored: StoredEmergency, why: string, world: Needs): Promise<Output> {
  await change(input, stored, { exhausted: why }, world);
  await tellPart(stored.record, 'lastKnownGood', 'exhausted', { reason: `${why}. No other version is tried.` }, world);
  return { outcome: 'none' };
}

async function start(
  { service }: EmergencyInput,
  record: StoredEmergency['record'],
  { digest, execution }: { readonly digest: string; readonly execution: string },
  { executions }: Needs,
): Promise<void> {
  const emergency = emergencyId(service, record);
  const reason = `${emergency}: ${record.reason}`.slice(0, 600);
  await executions.start(execution, {
    service,
    image: digest,
    requestedBy: `Sluice, for ${emergency}`,
    rollback: { to: 'version', reason, emergency },
  });
}

/** The rollout that has the service's lock may be writing rules: its lock is never taken, it is made to end. */
async function freeLock(
  input: EmergencyInput,
  stored: StoredEmergency,
  state: RolloutState,
  world: Needs,
): Promise<Output> {
  const { rolloutId: lockedBy } = state;
  const reason = `${emergencyId(input.service, stored.record)}: ${stored.record.reason}`.slice(0, 600);
  if (!isActive(state)) return { outcome: 'waiting' };
  if (state.phase !== 'rollingBack') {
    // A person or a push answers the emergency: that is not taken from them.
    if (Date.parse(state.openedAt) > Date.parse(stored.record.since)) {
      const what = `${lockedBy} was opened since the emergency began, and is left alone while it goes on; for a known good version instead: sluice abort ${input.service} --reason …`;
      await tellPart(stored.record, 'lastKnownGood', `leaves-${lockedBy}`, { what }, world);
      return { outcome: 'waiting' };
    }
    await startRollback({ rolloutId: lockedBy, by: 'Sluice', reason }, world);
    const what = `${lockedBy} is rolled back first`;
    await tellPart(stored.record, 'lastKnownGood', `back-${lockedBy}`, { what }, world);
    return { outcome: 'waiting' };
  }
  const live = await liveTraffic(state, world);
  const whyNot = whyNotClosed(state, live);
  if (whyNot !== undefined) {
    const what = `it waits for the rollback of ${lockedBy}: ${whyNot}`;
    await tellPart(stored.record, 'lastKnownGood', `waits-${lockedBy}`, { what }, world);
    return { outcome: 'waiting' };
  }
  await requestClose(lockedBy, { by: 'Sluice', how: 'command', reason }, live.lines, {
    ...world,
    startClosing: (rolloutId, request) => startClosing({ rolloutId, ...request }, world.rollbacks),
  });
  const what = `the rollback of ${lockedBy} is closed as it is: blue has all traffic and no healthy target`;
  await tellPart(stored.record, 'lastKnownGood', `closed-${lockedBy}`, { what }, world);
  return { outcome: 'waiting' };
}

/** Why a rollback goes on; `undefined` where its traffic part is done and blue serves nobody. */
function whyNotClosed(
  { weight }: RolloutState,
  { serves, isHealthy, lines }: Awaited<ReturnType<typeof liveTraffic>>,
): string | undefined {
  if (serves === undefined) return `traffic is not on one side yet (${lines.join('; ')})`;
  if (isHealthy) return `${serves} has a healthy target`;
  if (serves === 'green' || weight > 0) return 'it has not put traffic back on blue yet';
  return undefined;
}
