import type { PlannedWork, StoredWork } from '../../ports/planned-works.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type Plan, plannedTime, plansOf } from './plans-of.ts';
import { againWhenStale } from '../ownership/again-when-stale.ts';
import { appendIf } from '../ownership/append-if.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { fateOf } from './fate-of-work.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export type AnnouncingWorld = Part<'store' | 'releases' | 'executions' | 'installation' | 'now'>;

/** What became of one service's planned work in this check. */
export interface AnnouncedWork {
  readonly service: string;
  readonly outcome: 'announced' | 'withdrawn' | 'begun';
}

/** Thrown after all services were checked, where the planned work of one could not be. */
class NotAllAnnounced extends Error {
  override readonly name = 'NotAllAnnounced';
}

const mostTries = 10;

/**
 * Announces what the calendar lets begin within `announce` of the spec, once; and once more where image or time change, or where it
 * does not take place. What was announced is written down before the event that tells of it, so a call that dies in between is
 * made up for by the next one, and none tells twice.
 * @param started services whose request was started right now
 * @throws NotAllAnnounced where one could not be checked
 */
export async function announcePlanned(
  started: readonly string[],
  world: AnnouncingWorld,
): Promise<readonly AnnouncedWork[]> {
  const [plans, known] = await Promise.all([plansOf(world), world.store.plannedWorks()]);
  const told = new Map(known.map((one) => [one.work.service, one]));
  const answers: AnnouncedWork[] = [];
  const { unread } = plans;
  const failures = [...unread].map(([name, why]) => `${name}: ${why}`);
  for (const service of new Set([...plans.known.keys(), ...told.keys()])) {
    // What is not known to be gone stays announced.
    if (started.includes(service) || unread.has(service) || unread.has(told.get(service)?.work.of ?? '')) continue;
    try {
      const outcome = await announceOne(plans.known.get(service), told.get(service), world);
      if (outcome !== undefined) answers.push({ service, outcome });
    } catch (error) {
      failures.push(`${service}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new NotAllAnnounced(`Planned work could not be announced: ${failures.join('; ')}`);
  return answers;
}

async function announceOne(
  plan: Plan | undefined,
  known: StoredWork | undefined,
  world: AnnouncingWorld,
): Promise<AnnouncedWork['outcome'] | undefined> {
  if (plan === undefined) return known && settleGone(known, world);
  const time = await plannedTime(plan, world);
  if (time.standing === 'open' || time.standing === 'unread') return undefined;
  if (time.standing === 'unknown') return known && withdraw(known, time.reason, world);
  const { announce } = plan.spec.notifications;
  const isDue = announce !== undefined && time.startsAt.getTime() - world.now().getTime() <= announce * 1000;
  if (known === undefined && !isDue) return undefined;
  const toldIn = known?.work.toldIn ?? plan.rolloutId ?? (await world.store.list(plan.service, 1))[0]?.rolloutId;
  // Channels hear of a service through its rollouts.
  if (toldIn === undefined) return undefined;
  const work: PlannedWork = {
    ...{ of: plan.of, service: plan.service, image: plan.image, requestedBy: plan.requestedBy },
    ...{ startsAt: time.startsAt.toISOString(), endsAt: time.endsAt?.toISOString(), toldIn },
  };
  if (known?.work.of !== work.of || !isSame(known.work, work)) await world.store.putPlannedWork(work, known);
  return (await tellAnnounced(work, known !== undefined, world)) ? 'announced' : undefined;
}

type Said = NonNullable<RolloutState['planned']>;

function isSame(one: Omit<Said, 'of'>, other: Omit<Said, 'of'>): boolean {
  return one.image === other.image && one.startsAt === other.startsAt && one.endsAt === other.endsAt;
}

/** @returns whether it was news */
async function tellAnnounced(
  { toldIn, of, image, requestedBy, startsAt, endsAt }: PlannedWork,
  changes: boolean,
  { store, now }: AnnouncingWorld,
): Promise<boolean> {
  return againWhenStale(mostTries, async () => {
    const stored = await knownRollout(store, toldIn);
    const { planned } = stored.state;
    if (planned !== undefined && isSame(planned, { image, startsAt, endsAt })) return false;
    const before = changes && planned !== undefined && { image: planned.image, startsAt: planned.startsAt };
    const event: RolloutEvent = {
      ...{ type: 'PlannedWorkAnnounced', of, image, requestedBy, startsAt, endsAt },
      ...(before !== false && { before }),
    };
    await store.append(stored, [event], now().toISOString());
    return true;
  });
}

/** Nothing waits any more: it has begun, or does not take place. */
async function settleGone(known: StoredWork, world: AnnouncingWorld): Promise<AnnouncedWork['outcome'] | undefined> {
  const fate = await fateOf(known.work, world);
  if (fate.standing === 'pending') return undefined;
  if (fate.standing === 'off') return withdraw(known, fate.reason, world);
  await world.store.endPlannedWork(known);
  return 'begun';
}

async function withdraw(known: StoredWork, reason: string, world: AnnouncingWorld): Promise<'withdrawn'> {
  const { of, image, requestedBy, startsAt, toldIn } = known.work;
  const event: RolloutEvent = { type: 'PlannedWorkWithdrawn', of, image, requestedBy, startsAt, reason };
  await appendIf(toldIn, event, ({ planned }) => planned !== undefined, world);
  await world.store.endPlannedWork(known);
  return 'withdrawn';
}
