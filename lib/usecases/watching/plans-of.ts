import { calendarOfStage } from '../../calendar/of-stage.ts';
import { openness } from '../../calendar/openness.ts';
import type { Part } from '../../ports/world.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { allWaiting } from '../opening/keep-waiting.ts';
import { lookAtCalendar } from '../calendar/look-at-calendar.ts';

export type PlansWorld = Part<'store' | 'surroundings' | 'now'>;

/** Work that the calendar keeps for later: a request, or a rollout under way. */
export interface Plan {
  /** The request, or the rollout. */
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

/** Returns what the calendar keeps for later, by service: a rollout comes before a request, which waits behind it. */
export async function plansOf(world: PlansWorld): Promise<ReadonlyMap<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const { id, request, closed } of await allWaiting(world)) {
    const applied = closed === undefined ? undefined : await world.store.spec(request.service);
    if (applied === undefined) continue;
    const { service, image, requestedBy } = request;
    plans.set(service, { of: id, service, image: nameOf(image), requestedBy, spec: applied.spec });
  }
  for (const plan of await heldRollouts(world)) plans.set(plan.service, plan);
  return plans;
}

async function heldRollouts({ store, now }: PlansWorld): Promise<readonly Plan[]> {
  const due = (await store.unsettled()).filter(({ notBefore }) => !(Date.parse(notBefore ?? '') > now().getTime()));
  const loaded = await Promise.all(due.map(({ rolloutId }) => store.load(rolloutId)));
  return loaded.flatMap((stored) => {
    if (stored === undefined || !isActive(stored.state) || stored.state.calendarHold === undefined) return [];
    const { rolloutId, service, image, requestedBy, spec, calendarOverride, phase } = stored.state;
    if (phase !== 'shifting') return [];
    const overriddenAt = calendarOverride?.at;
    return [{ of: rolloutId, service, image: image.tag ?? image.digest, requestedBy, spec, overriddenAt, rolloutId }];
  });
}

/** Tag or digest of an image as it was asked for: people know the repository. */
function nameOf(image: string): string {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? /:([^:/]+)$/.exec(image)?.[1] ?? image;
}

/** Returns when the calendar lets a plan begin, and when it closes again after that. */
export async function plannedTime(
  { service, spec, overriddenAt }: Plan,
  world: Part<'store' | 'surroundings' | 'now'>,
): Promise<PlannedTime> {
  const look = await lookAtCalendar(service, spec, overriddenAt, world);
  if (look.open) return { standing: 'open' };
  if (look.kind === 'unknown') return { standing: 'unread' };
  const opensAt = new Date(look.opensAt ?? '');
  if (Number.isNaN(opensAt.getTime())) return { standing: 'unknown', reason: look.reason };
  // A stop may end while no window is open.
  const calendar = calendarOfStage(spec, world.surroundings.stage);
  const then = await openness(calendar, opensAt);
  if (then.open) return { standing: 'later', startsAt: opensAt, endsAt: then.until };
  if (then.opensAt === undefined) return { standing: 'unknown', reason: then.reason };
  const later = await openness(calendar, then.opensAt);
  return { standing: 'later', startsAt: then.opensAt, endsAt: later.open ? later.until : undefined };
}
