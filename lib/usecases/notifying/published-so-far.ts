import { transitionsOf } from '../../rollout/transition.ts';
import type { Part } from '../../ports/world.ts';

type Read = Pick<Part<'store'>['store'], 'services' | 'list' | 'announcedUpTo' | 'events'>;

/** How far the announcements have come. */
export interface Published {
  /** When the newest transition that was announced had happened, ISO 8601; absent before the first. */
  readonly lastAt?: string | undefined;
  /** Transitions that are in the record and not announced. */
  readonly waiting: number;
  /** When the oldest of them happened. */
  readonly oldestAt?: string | undefined;
}

/** Compares the record of every service's newest rollout with its mark. */
export async function publishedSoFar({ store }: { readonly store: Read }): Promise<Published> {
  const found = await Promise.all((await store.services()).map((service) => ofService(service, store)));
  const waiting = found.flatMap((one) => one.waiting).sort();
  return {
    lastAt: found
      .flatMap(({ lastAt }) => lastAt ?? [])
      .sort()
      .at(-1),
    waiting: waiting.length,
    oldestAt: waiting[0],
  };
}

async function ofService(
  service: string,
  store: Read,
): Promise<{ readonly lastAt?: string | undefined; readonly waiting: readonly string[] }> {
  const [newest] = await store.list(service, 1);
  if (newest === undefined) return { waiting: [] };
  const mark = await store.announcedUpTo(newest.rolloutId);
  const [last, ...since] = await store.events(newest.rolloutId, Math.max(0, mark - 1));
  const events = mark === 0 ? [last, ...since].flatMap((event) => event ?? []) : since;
  return { lastAt: mark === 0 ? undefined : last?.at, waiting: transitionsOf(events).map(({ at }) => at) };
}
