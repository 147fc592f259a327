import { fitOf } from '../../calendar/fit.ts';
import { calendarOfStage } from '../../calendar/of-stage.ts';
import { openness } from '../../calendar/openness.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** What the calendar of a spec says of a rollout that is started now. */
export interface CalendarPlan {
  readonly open: boolean;
  /** Why it is closed; absent where it is open. */
  readonly reason?: string | undefined;
  /** When it closes, where it is open. */
  readonly closesAt?: string | undefined;
  /** When it opens next, where it is closed. */
  readonly opensAt?: string | undefined;
  /** Whether every bake ends before it closes, where the rollout starts now or as soon as it may. */
  readonly fits: boolean;
  /** When a rollout could start next that ends in time; absent where none could within a year. */
  readonly fitsAt?: string | undefined;
}

/** Returns what the calendar says; `undefined` for a spec without one. */
export async function calendarPlan(spec: RolloutSpec, stage: string, now: Date): Promise<CalendarPlan | undefined> {
  const calendar = calendarOfStage(spec, stage);
  if ((calendar.windows?.length ?? 0) + (calendar.freezes?.length ?? 0) === 0) return undefined;
  const bakes = spec.steps.reduce((sum, { bake }) => sum + bake, 0);
  const [state, { startsAt }] = await Promise.all([openness(calendar, now), fitOf(calendar, bakes, now)]);
  const fitsAt = startsAt?.toISOString();
  if (state.open) {
    const fits = state.until === undefined || state.until.getTime() >= now.getTime() + bakes * 1000;
    return { open: true, closesAt: state.until?.toISOString(), fits, fitsAt };
  }
  const opensAt = state.opensAt?.toISOString();
  return { open: false, reason: state.reason, opensAt, fits: fitsAt !== undefined && fitsAt === opensAt, fitsAt };
}

const atEnd = {
  hold: 'hold at its weight',
  finish: 'go on to its end all the same',
  rollBack: 'be rolled back',
} as const;

/** The same as a person reads it. */
export function calendarLines(
  plan: CalendarPlan | undefined,
  { atWindowEnd = 'hold' }: RolloutSpec,
): readonly string[] {
  if (plan === undefined) return [];
  const { open, reason, closesAt, opensAt, fits, fitsAt } = plan;
  const now = open
    ? `The calendar is open now${closesAt === undefined ? '' : `, until ${closesAt}`}`
    : `The calendar is closed now: ${reason ?? ''}; a rollout that is asked for waits`;
  const start = open ? 'now' : opensAt === undefined ? 'then' : `at ${opensAt}`;
  if (fits) return [now, `A rollout that starts ${start} ends its bakes in time`];
  const next =
    fitsAt === undefined ? 'no time within a year is long enough' : `one that starts at ${fitsAt} ends in time`;
  return [
    now,
    `A rollout that starts ${start} does not end its bakes in time and would ${atEnd[atWindowEnd]}; ${next}`,
  ];
}
