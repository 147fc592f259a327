import { type Learned, learnedFrom, type Lesson, mostRollouts } from '../../analysis/lesson.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** How many rollouts back healthy ones are looked for. */
const lookedThrough = 2 * mostRollouts;

/**
 * Returns what the healthy rollouts of a service taught so far, the newest ones first. Rollouts that were rolled back taught nothing, and neither did
 * one that a person went back from later, one whose record was altered, or one from before `analysis.learnSince`.
 */
export async function learnedSoFar(
  { service, analysis }: Pick<RolloutSpec, 'service' | 'analysis'>,
  store: Pick<RolloutStore, 'list' | 'load'>,
): Promise<Learned> {
  const listed = await store.list(service, lookedThrough);
  const since = analysis.learnSince ?? '';
  const ended = listed.filter(({ phase, openedAt }) => phase === 'succeeded' && openedAt >= since);
  const loaded = await Promise.all(ended.map(({ rolloutId }) => store.load(rolloutId)));
  const lessons: Lesson[] = [];
  let wasLeft = false;
  for (const stored of loaded) {
    if (stored === undefined) continue;
    const { lesson, rollback } = stored.state;
    // The version that a way back leaves is the one that came before it.
    if (rollback === undefined && !wasLeft && stored.altered === undefined && lesson !== undefined)
      lessons.push(lesson);
    wasLeft = rollback !== undefined;
  }
  return learnedFrom(lessons);
}
