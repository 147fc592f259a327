import { type Learned, learnedFrom, type Lesson, mostRollouts } from '../../analysis/lesson.ts';
import { minuteOf } from '../../analysis/gate-policy.ts';
import { keepsClients } from '../../drivers/shapes/keeps-clients.ts';
import type { RolloutStore, StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** How many rollouts back healthy ones are looked for. */
const lookedThrough = 2 * mostRollouts;

/**
 * Returns what the healthy rollouts of a service taught so far, the newest ones first. Rollouts that were rolled back taught nothing, and neither did
 * one that a person went back from later, one whose record was altered or cannot be read, one that was judged by minutes of another length, or one from
 * before `analysis.learnSince`.
 */
export async function learnedSoFar(
  { service, analysis, period: periodSeconds }: Pick<RolloutSpec, 'service' | 'analysis' | 'period'>,
  store: Pick<RolloutStore, 'list' | 'load'>,
): Promise<Learned> {
  // Without its record a service is judged as one that is new: that is no reason to open nothing.
  const listed = await store.list(service, lookedThrough).catch(() => []);
  const since = analysis.learnSince ?? '';
  const ended = listed.filter(({ phase, openedAt }) => phase === 'succeeded' && openedAt >= since);
  const loaded = await Promise.all(ended.map(({ rolloutId }) => readable(rolloutId, store)));
  const lessons: Lesson[] = [];
  let wasLeft = false;
  for (const stored of loaded) {
    if (stored === undefined) continue;
    // The version that a rollback leaves is the one that came before it, and what cannot be read may be one.
    const leaves = stored === 'unreadable' || stored.state.rollback !== undefined;
    const lesson = leaves || wasLeft || stored.altered !== undefined ? undefined : lessonIn(stored);
    if (lesson !== undefined) lessons.push(lesson);
    wasLeft = leaves;
  }
  return learnedFrom(lessons, minuteOf({ clumps: analysis.clumps, periodSeconds }));
}

/** One record that a newer version wrote, or that somebody edited, keeps no rollout from opening. */
async function readable(
  rolloutId: string,
  store: Pick<RolloutStore, 'load'>,
): Promise<StoredRollout | 'unreadable' | undefined> {
  try {
    return await store.load(rolloutId);
  } catch {
    return 'unreadable';
  }
}

/** Where the rules did not keep clients on one side, a difference between slots says nothing of clients that stay there. */
function lessonIn({ state: { lesson, restorePlan } }: StoredRollout): Lesson | undefined {
  if (lesson === undefined || restorePlan.some(({ actions }) => keepsClients(actions))) return lesson;
  return { ...lesson, gates: lesson.gates.map(({ difference: _, ...gate }) => gate) };
}
