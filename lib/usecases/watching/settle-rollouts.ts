import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { UnsettledRollout } from '../../ports/unsettled.ts';
import { isActive } from '../../rollout/phase.ts';
import { type PublishingWorld, publishTransitions } from '../notifying/publish-transitions.ts';
import { closeLateRules } from './close-late-rules.ts';
import { decideEnd, decideLate, type SweepWork, dueNow } from './decide-settling.ts';
import { releaseLater, type ReleasingWorld } from '../rollback/release-later.ts';
import { resumeRetirement, type RetiringWorld } from '../retirement/resume-retirement.ts';
import { reviveRollout, type RevivingWorld } from './revive-rollout.ts';
import { reviveWithoutTable } from './revive-without-table.ts';
import { seekRequester, type SeekingWorld } from '../people/seek-requester.ts';
import { wakeWaiting, type WakingWorld } from '../people/wake-waiting.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export type SettlingWorld = PublishingWorld &
  RevivingWorld &
  RetiringWorld &
  WakingWorld &
  SeekingWorld &
  ReleasingWorld &
  Part<'router'>;

/** What was done for one rollout of the list. */
export interface SettledRollout extends SweepWork {
  readonly rolloutId: string;
  /** It is off the list: it has ended, and nothing about it is left to be done. */
  readonly settled: boolean;
  /** Header rules that were added late, and are removed. */
  readonly removedRules?: readonly string[] | undefined;
  /** Autoscaling that was put back for a closing. */
  readonly released?: readonly string[] | undefined;
  /** The retirement of the former blue was started again. */
  readonly retiring?: boolean | undefined;
}

/** Thrown after all rollouts of the list were checked, where one could not be. */
class NotAllSettled extends Error {
  override readonly name = 'NotAllSettled';
}

/** How long one sweep goes on; what it does not reach comes first in the next one, by another place in the list. */
const sweepSeconds = 40;

/**
 * Does for each rollout of the list of unsettled ones what an outage has kept others from doing: an active one that nothing works for is
 * rolled back or finished; transitions that are in the record and were not announced are announced, in order; an execution that waits for an
 * approval that was given goes on; who pushed its image is looked for; header rules that were added late are removed; autoscaling
 * that a closing could not put back is put back; a former blue whose retention is over is retired. A rollout that needs nothing any
 * more leaves the list. Calling this twice, or beside the others, is harmless: everything it does is what they do. One rollout's
 * trouble does not keep the others from their turn. Where the table does not answer, attempts to roll back that ended meanwhile are made again.
 * @throws NotAllSettled where a rollout could not be checked
 */
export async function settleRollouts(world: SettlingWorld): Promise<readonly SettledRollout[]> {
  const { now } = world;
  const began = now().getTime();
  const answers: SettledRollout[] = [];
  const failures: string[] = [];
  for (const one of dueNow(await unsettled(world), new Date(began))) {
    if (now().getTime() - began > sweepSeconds * 1000) {
      failures.push('those after it, as the time is up');
      break;
    }
    try {
      answers.push({ rolloutId: one.rolloutId, ...(await settleOne(one, world)) });
    } catch (error) {
      failures.push(`${one.rolloutId}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new NotAllSettled(`Rollouts could not be settled: ${failures.join('; ')}`);
  return answers;
}

async function unsettled(world: SettlingWorld): Promise<readonly UnsettledRollout[]> {
  try {
    return await world.store.unsettled();
  } catch (error) {
    const revived = await reviveWithoutTable(world);
    if (revived.length === 0) throw error;
    const said = messageOf(error);
    throw new NotAllSettled(`${said}; rolled back again without the table: ${revived.join(', ')}`);
  }
}

async function settleOne(one: UnsettledRollout, world: SettlingWorld): Promise<Omit<SettledRollout, 'rolloutId'>> {
  const stored = await world.store.load(one.rolloutId);
  if (stored === undefined) return { settled: await world.store.settle(one) };
  // Whatever keeps one of them from being done, the others are.
  const [waking, reviving, announcing, seeking] = await Promise.allSettled([
    wakeWaiting(stored, world),
    isActive(stored.state) ? reviveRollout(stored, world) : undefined,
    announceLate(stored, world),
    seekRequester(stored.state, world),
  ]);
  if (waking.status === 'rejected') throw waking.reason;
  if (reviving.status === 'rejected') throw reviving.reason;
  if (announcing.status === 'rejected') throw announcing.reason;
  if (seeking.status === 'rejected') throw seeking.reason;
  const decision = decideEnd(stored.state, {
    isWaking: waking.value,
    revived: reviving.value,
    requester: seeking.value,
    announcing: announcing.value,
    now: world.now(),
  });
  if (!decision.isOver) return { settled: false, ...decision.did };
  return { ...decision.did, ...(await finishEnded(one, stored, world)) };
}

/** What remains of a rollout that has ended, and of which everything is announced. */
async function finishEnded(
  one: UnsettledRollout,
  stored: StoredRollout,
  world: SettlingWorld,
): Promise<Omit<SettledRollout, 'rolloutId'>> {
  const removed = await closeLateRules(stored.state, world);
  const released = await releaseLater(stored, world);
  const { checkAt, started } = await resumeRetirement(stored, world);
  const did = {
    ...(removed.length > 0 && { removedRules: removed }),
    ...(released.length > 0 && { released }),
    ...(started === true && { retiring: true }),
  };
  if (checkAt === undefined) return { settled: await world.store.settle(one), ...did };
  await world.store.putOff(one, checkAt);
  return { settled: false, ...did };
}

/** Announces what is late; `early` where something may still be announced by those whose work it is. */
async function announceLate({ state, sequence }: StoredRollout, world: SettlingWorld): Promise<number | 'early'> {
  const { rolloutId } = state;
  const from = await world.store.announcedUpTo(rolloutId);
  const [oldest] = from >= sequence ? [] : await world.store.events(rolloutId, from, 1);
  const late = decideLate(oldest?.at, world.now());
  if (late !== 'late') return late === 'none' ? 0 : late;
  return (await publishTransitions({ rolloutId }, world)).announced;
}
