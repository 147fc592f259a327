import { lessonOf } from '../../analysis/lesson-of.ts';
import type { Lesson } from '../../analysis/lesson.ts';
import type { Part } from '../../ports/world.ts';
import { recordedPeriods } from '../../rollout/recorded-periods.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** What a person decided there, the gates had not: such a rollout is no example of a healthy one. */
const decidedByPeople = new Set(['StepPromoted', 'DecisionRequested']);

/** Returns what a rollout that succeeded teaches about its service; `undefined` where the gates did not judge all of it. */
export async function lessonOfRollout(
  { rolloutId, spec, rollback }: RolloutState,
  { store }: Part<'store'>,
): Promise<Lesson | undefined> {
  if (rollback !== undefined) return undefined;
  const events = await store.events(rolloutId, 0);
  if (events.some(({ event }) => decidedByPeople.has(event.type))) return undefined;
  const { gates, period: periodSeconds, minimumRequests } = spec;
  const { alpha, tolerance, clumps } = spec.analysis;
  const periods = recordedPeriods(events);
  return lessonOf({ gates, periods, periodSeconds, minimumRequests, alpha, tolerance, clumps });
}
