import type { Calendar } from '../specification/calendar.ts';
import { type Interval, intervalsOf, united, without } from './intervals.ts';
import { dayMs } from './local-time.ts';

/** Whether rollouts may start and shift traffic at a moment. */
export type Openness =
  /** Until when, and what ends it; absent where nothing does within the time that was read. */
  | { readonly open: true; readonly until?: Date | undefined }
  | {
      readonly open: false;
      /** A freeze that is in force, or that no window is open. */
      readonly kind: 'freeze' | 'window';
      /** In words, for people. */
      readonly reason: string;
      /** When they may again; absent where that is not within the time that was read. */
      readonly opensAt?: Date | undefined;
    };

/** So far ahead a calendar is read: a year, and the days that it may be moved by. */
const horizonDays = 400;

/** Returns the times between two instants at which rollouts may go on, in order. */
export async function openIntervals(
  { windows = [], freezes = [] }: Calendar,
  from: number,
  to: number,
): Promise<readonly Interval[]> {
  const all = async (entries: Calendar['windows']) =>
    united((await Promise.all((entries ?? []).map((entry) => intervalsOf(entry, from, to)))).flat());
  const allowed = windows.length === 0 ? [{ from, to, name: '' }] : await all(windows);
  return without(allowed, await all(freezes)).flatMap((one) => {
    const [begin, end] = [Math.max(one.from, from), Math.min(one.to, to)];
    return begin < end ? [{ ...one, from: begin, to: end }] : [];
  });
}

/** Returns whether rollouts may start and shift traffic at a moment, and when that changes. */
export async function openness(calendar: Calendar, at: Date): Promise<Openness> {
  const { windows = [], freezes = [] } = calendar;
  if (windows.length + freezes.length === 0) return { open: true };
  const from = at.getTime();
  // What is near is found by reading little.
  for (const days of [21, horizonDays]) {
    const to = from + days * dayMs;
    const [first] = await openIntervals(calendar, from, to);
    if (first?.from === from) {
      if (first.to < to || days === horizonDays)
        return { open: true, until: first.to < to ? new Date(first.to) : undefined };
    } else if (first !== undefined || days === horizonDays) {
      return closed(calendar, at, first);
    }
  }
  throw new Error('The calendar was not read to its horizon.');
}

async function closed({ freezes = [] }: Calendar, at: Date, next: Interval | undefined): Promise<Openness> {
  const from = at.getTime();
  const opensAt = next === undefined ? undefined : new Date(next.from);
  const when = opensAt === undefined ? `never within ${horizonDays} days` : `at ${opensAt.toISOString()}`;
  for (const freeze of freezes) {
    const [active] = await intervalsOf(freeze, from, from + 1);
    if (active === undefined) continue;
    return {
      open: false,
      kind: 'freeze',
      reason: `freeze "${freeze.name}" is in force; rollouts may go on ${when}`,
      opensAt,
    };
  }
  return {
    open: false,
    kind: 'window',
    reason: `no window is open; ${next === undefined ? 'one opens' : `"${next.name}" opens`} ${when}`,
    opensAt,
  };
}
