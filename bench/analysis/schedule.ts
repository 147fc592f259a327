/** One step of a rollout as the benchmark plays it. */
export interface ScheduledStep {
  /** Percent of the traffic that green gets. */
  readonly weight: number;
  readonly minutes: number;
}

export type Schedule = readonly ScheduledStep[];

/** The steps that the requirements name: what every other judge is measured on. */
export const requiredSteps: Schedule = [
  { weight: 5, minutes: 15 },
  { weight: 25, minutes: 30 },
  { weight: 50, minutes: 30 },
  { weight: 100, minutes: 10 },
];

/** Steps of a rollout spec, their bakes in seconds. */
export function scheduleOf(steps: readonly { readonly weight: number; readonly bake: number }[]): Schedule {
  return steps.map(({ weight, bake }) => ({ weight, minutes: Math.round(bake / 60) }));
}

export function minutesOfSchedule(schedule: Schedule): number {
  return schedule.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Where a minute lies: green's weight, how many minutes it has had it, and the step's index. Weight 0 and no step before the rollout. */
export function placeOf(
  schedule: Schedule,
  minute: number,
): { readonly weight: number; readonly minuteOfStep: number; readonly step?: number } {
  if (minute < 0) return { weight: 0, minuteOfStep: minute };
  let start = 0;
  for (const [step, { weight, minutes }] of schedule.entries()) {
    if (minute < start + minutes) return { weight, minuteOfStep: minute - start, step };
    start += minutes;
  }
  return { weight: 100, minuteOfStep: minute - start };
}

/** First minute of the rollout in which green has at least that weight. */
export function firstMinuteAt(schedule: Schedule, least: number): number {
  let minute = 0;
  for (const { weight, minutes } of schedule) {
    if (weight >= least) break;
    minute += minutes;
  }
  return minute;
}
