import { isDue } from './decide-settling.ts';
import { calendarOfStage } from '../../calendar/of-stage.ts';
import { openness } from '../../calendar/openness.ts';
import type { Part } from '../../ports/world.ts';
import { overriddenAt } from '../../rollout/hotfix.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { allWaiting } from '../opening/keep-waiting.ts';
import { readCalendar } from '../calendar/read-calendar.ts';
import { fewAtOnce } from '../ownership/few-at-once.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export type PlansWorld = Part<'store' | 'releases' | 'installation' | 'now'>;

/** Work that the calendar keeps for later: a request, a member of a release that has not begun, or a rollout under way. */
export interface Plan {
  /** The request, the release, or the rollout. */
  readonly of: string;
  readonly service: string;
  readonly image: string;
  readonly requestedBy: string;
  readonly spec: RolloutSpec;
  /** Of a rollout: when a second person let it go on in spite of what was closed then. */
  readonly overriddenAt?: string | undefined;
  /** The rollout whose channels hear of it, where it is one itself. */
  readonly rolloutId?: string | undefined;
}

/** When planned work begins or goes on. */
export type PlannedTime =
  | { readonly standing: 'open' }
  /** A stop cannot be read, so nobody knows whether anything has changed. */
  | { readonly standing: 'unread' }
  | { readonly standing: 'unknown'; readonly reason: string }
  | { readonly standing: 'later'; readonly startsAt: Date; readonly endsAt: Date | undefined };

/** What the calendar keeps for later, by service, and of which services that could not be found out. */
export interface Plans {
  /** A rollout comes before a release, which holds the service, and that before a request, which waits behind it. */
  readonly known: ReadonlyMap<string, Plan>;
  /** By service, or by rollout where its service is not known: why. */
  readonly unread: ReadonlyMap<string, string>;
}

/** Returns what the calendar keeps for later. What cannot be read of one service hides none of the others. */
export async function plansOf(world: PlansWorld): Promise<Plans> {
  const [waiting, members, rollouts] = await Promise.all([
    waitingRequests(world),
    heldMembers(world),
    heldRollouts(world),
  ]);
  return {
    known: new Map([...waiting.plans, ...members.plans, ...rollouts.plans].map((plan) => [plan.service, plan])),
    unread: new Map([...waiting.unread, ...members.unread, ...rollouts.unread]),
  };
}

interface Read<Found = Plan> {
  readonly plans: readonly Found[];
  readonly unread: ReadonlyMap<string, string>;
}

async function waitingRequests(world: PlansWorld): Promise<Read> {
  const { waiting, unread } = await allWaiting(world);
  const closed = waiting.filter((one) => one.closed !== undefined);
  return readEach(closed, unread, {
    nameOf: ({ request }) => request.service,
    read: async ({ id, request: { service, image, requestedBy } }) => {
      const applied = await world.store.spec(service);
      return applied && { of: id, service, image: nameOf(image), requestedBy, spec: applied.spec };
    },
  });
}

/** Members that would begin now if their calendar let them; a release asks again by itself, so no request of theirs waits. */
async function heldMembers({ store, releases }: PlansWorld): Promise<Read> {
  const read = await readEach(await releases.active(), new Map(), {
    nameOf: (releaseId) => releaseId,
    read: async (releaseId) => {
      const state = (await releases.load(releaseId))?.state;
      if (state === undefined || state.failure !== undefined) return [];
      const held = state.members.filter(({ standing, held: since }) => standing === 'waiting' && since !== undefined);
      const plans = await Promise.all(
        held.map(async ({ service, tag, digest }) => {
          const applied = await store.spec(service);
          const { requestedBy } = state;
          return applied && { of: releaseId, service, image: tag ?? digest, requestedBy, spec: applied.spec };
        }),
      );
      return plans.filter((plan) => plan !== undefined);
    },
  });
  return { plans: read.plans.flat(), unread: read.unread };
}

async function heldRollouts({ store, now }: PlansWorld): Promise<Read> {
  const due = (await store.unsettled()).filter((one) => isDue(one, now()));
  return readEach(due, new Map(), {
    nameOf: ({ rolloutId }) => rolloutId,
    read: async ({ rolloutId }) => {
      const stored = await store.load(rolloutId);
      return stored && heldPlan(stored.state);
    },
  });
}

async function readEach<Item, Found>(
  items: readonly Item[],
  before: ReadonlyMap<string, string>,
  {
    nameOf,
    read,
  }: {
    readonly nameOf: (item: Item) => string;
    readonly read: (item: Item) => Promise<Found | undefined>;
  },
): Promise<Read<Found>> {
  const unread = new Map(before);
  const found = await fewAtOnce(items, read);
  const plans = found.flatMap((one, index) => {
    if (one.status === 'fulfilled') return one.value === undefined ? [] : [one.value];
    const item = items[index];
    if (item !== undefined) unread.set(nameOf(item), messageOf(one.reason));
    return [];
  });
  return { plans, unread };
}

function heldPlan(state: RolloutState): Plan | undefined {
  if (!isActive(state) || state.calendarHold === undefined || state.phase !== 'shifting') return undefined;
  const { rolloutId, service, image, requestedBy, spec } = state;
  return {
    ...{ of: rolloutId, service, image: image.tag ?? image.digest, requestedBy, spec, rolloutId },
    overriddenAt: overriddenAt(state),
  };
}

/** Tag or digest of an image as it was asked for: people know the repository. */
function nameOf(image: string): string {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? /:([^:/]+)$/.exec(image)?.[1] ?? image;
}

/** Returns when the calendar lets a plan begin, and when it closes again after that. */
export async function plannedTime(
  { service, spec, overriddenAt }: Plan,
  world: Part<'store' | 'installation' | 'now'>,
): Promise<PlannedTime> {
  const look = await readCalendar(service, spec, overriddenAt, world);
  if (look.open) return { standing: 'open' };
  if (look.kind === 'unknown') return { standing: 'unread' };
  const opensAt = new Date(look.opensAt ?? '');
  if (Number.isNaN(opensAt.getTime())) return { standing: 'unknown', reason: look.reason };
  // A stop may end while no window is open.
  const calendar = calendarOfStage(spec, world.installation.stage);
  const then = await openness(calendar, opensAt);
  if (then.open) return { standing: 'later', startsAt: opensAt, endsAt: then.until };
  if (then.opensAt === undefined) return { standing: 'unknown', reason: then.reason };
  const later = await openness(calendar, then.opensAt);
  return { standing: 'later', startsAt: then.opensAt, endsAt: later.open ? later.until : undefined };
}
