import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Random } from '../../lib/calibration/random.ts';

/** Chances that a slot's datapoint is still too small when it counts as settled, or not there at all. */
const chance = { revised: 0.01, late: 0.005 };
/** It is whole so many evaluations later; CloudWatch revises the last five minutes. */
const longest = 3;

/** What the metrics say of a rollout, and when: the datapoints of a minute may be revised after they were first read. */
export interface Seen {
  /** The minutes as they are in the end. */
  readonly periods: readonly PeriodOfBoth[];
  /** The minutes as they were when each was read first. */
  readonly firstRead: readonly PeriodOfBoth[];
  /** The minutes as they are read when the one with this index has settled; the same array as before where nothing was revised. */
  readonly readAt: (index: number) => readonly PeriodOfBoth[];
}

/** Datapoints that are never revised. */
export function settledAtOnce(periods: readonly PeriodOfBoth[]): Seen {
  return { periods, firstRead: periods, readAt: () => periods };
}

interface Early {
  readonly index: number;
  /** The last index at which the early value is read. */
  readonly until: number;
  readonly period: PeriodOfBoth;
}

/** Draws which datapoints come late or are revised after they have settled; blue's history is whole. */
export function published(periods: readonly PeriodOfBoth[], random: Random): Seen {
  const early = periods.flatMap((period, index): Early[] => {
    if (period.weight === 0) return [];
    const [blue, green] = [firstValue(period.blue, random), firstValue(period.green, random)];
    const until = index + random.integer(1, longest) - 1;
    return blue === period.blue && green === period.green ? [] : [{ index, until, period: { ...period, blue, green } }];
  });
  const firstRead = [...periods];
  for (const { index, period } of early) firstRead[index] = period;
  let known: { readonly key: string; readonly periods: readonly PeriodOfBoth[] } = { key: '', periods };
  const readAt = (index: number): readonly PeriodOfBoth[] => {
    const open = early.filter((one) => one.index <= index && index <= one.until);
    const key = open.map((one) => one.index).join();
    if (key !== known.key) {
      const read = [...periods];
      for (const one of open) read[one.index] = one.period;
      known = { key, periods: key === '' ? periods : read };
    }
    return known.periods;
  };
  return { periods, firstRead, readAt };
}

/** A slot's datapoint as it is read first: the same object where it is whole. */
function firstValue(point: Datapoint, random: Random): Datapoint {
  const drawn = random.uniform();
  if (drawn < chance.late) return {};
  if (drawn >= chance.late + chance.revised) return point;
  const part = 0.5 + 0.45 * random.uniform();
  const requests = Math.floor((point['requests'] ?? 0) * part);
  if (requests === 0) return {};
  const thinned = (name: string) => {
    const count = point[name];
    return count === undefined ? {} : { [name]: Math.min(requests, random.binomial(count, part)) };
  };
  return { ...point, requests, ...thinned('errors'), ...thinned('slow') };
}
