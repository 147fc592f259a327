import type { Calendar } from '../specification/calendar.ts';
import { openIntervals } from './openness.ts';
import { dayMs } from './local-time.ts';

/** How a rollout of some length fits a calendar. */
export interface Fit {
  /** When one could start next and end before anything closes, within a year; absent where it never could. */
  readonly startsAt?: Date | undefined;
  /** The longest time that is open, in seconds; absent where none is within a year. */
  readonly longestSeconds?: number | undefined;
}

const aheadDays = 370;

/** Returns when a rollout that needs so many seconds of bakes fits into what a calendar leaves open. */
export async function fitOf(calendar: Calendar, neededSeconds: number, now: Date): Promise<Fit> {
  const from = now.getTime();
  const open = await openIntervals(calendar, from, from + aheadDays * dayMs);
  const first = open.find((one) => one.to - one.from >= neededSeconds * 1000);
  const longest = Math.max(...open.map((one) => one.to - one.from));
  return {
    startsAt: first === undefined ? undefined : new Date(first.from),
    longestSeconds: open.length === 0 ? undefined : longest / 1000,
  };
}
