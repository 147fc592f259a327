import { isHeldForLessons } from '../../analysis/held-for-lessons.ts';
import { lessonOf } from '../../analysis/lesson-of.ts';
import { differencesOf, type Lesson } from '../../analysis/lesson.ts';
import { keepsClients } from '../../drivers/shapes/keeps-clients.ts';
import type { Part } from '../../ports/world.ts';
import type { RecordedEvent } from '../../rollout/events.ts';
import { recordedPeriods } from '../../rollout/recorded-periods.ts';
import type { RolloutState } from '../../rollout/state.ts';

/**
 * Returns what a rollout that succeeded teaches about its service; `undefined` where the gates did not judge all of it. Where people let it on because too few
 * rollouts had taught how much the slots differ by their clients, it teaches that difference alone: without it, only those that differ little would.
 */
export async function lessonOfRollout(
  { rolloutId, spec, rollback, restorePlan, learned }: RolloutState,
  { store }: Part<'store'>,
): Promise<Lesson | undefined> {
  if (rollback !== undefined) return undefined;
  const events = await store.events(rolloutId, 0);
  const { gates, period: periodSeconds, minimumRequests } = spec;
  const { alpha, tolerance, clumps } = spec.analysis;
  const sticky = restorePlan.some(({ actions }) => keepsClients(actions));
  const settings = { gates, periodSeconds, minimumRequests, alpha, tolerance, clumps, sticky };
  const judged = judgedBy(events, { ...settings, learned });
  if (judged === 'people') return undefined;
  const lesson = lessonOf({ ...settings, periods: recordedPeriods(events) });
  return judged === 'gates' ? lesson : differencesOf(lesson);
}

/**
 * Returns who judged a rollout: what a person decided there, the gates had not. `lessons` where they were asked only as too few lessons were in the record.
 */
function judgedBy(
  events: readonly RecordedEvent[],
  settings: Parameters<typeof isHeldForLessons>[1],
): 'gates' | 'lessons' | 'people' {
  let judged: 'gates' | 'lessons' = 'gates';
  const asked = new Set<number>();
  const isHeld = new Map<number, boolean>();
  for (const { event } of events) {
    // An evaluation without gates saw nothing new.
    if (event.type === 'GreenAnalysed' && event.gates.length > 0)
      isHeld.set(event.step, isHeldForLessons(event, settings));
    if (event.type !== 'DecisionRequested' && event.type !== 'StepPromoted') continue;
    if (!asked.has(event.step) && isHeld.get(event.step) !== true) return 'people';
    asked.add(event.step);
    judged = 'lessons';
  }
  return judged;
}
