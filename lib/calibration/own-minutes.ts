import type { Datapoint } from '../analysis/datapoint.ts';
import { isCount } from '../analysis/share-series.ts';

/** What both slots showed in one period, whichever of them served. */
export interface RowOfBoth {
  /** Start of the period, seconds since the epoch. */
  readonly at: number;
  readonly blue: Datapoint;
  readonly green: Datapoint;
}

/** A period in which one slot had the service's traffic. */
export interface OwnMinute {
  readonly at: number;
  readonly point: Datapoint;
}

/** The past of a service by itself, without its rollouts. */
export interface OwnPast {
  readonly minutes: readonly OwnMinute[];
  /** Periods in which both slots had traffic: a rollout was under way. */
  readonly shared: number;
  /** Periods without a request, or without a datapoint. */
  readonly silent: number;
}

/** A slot with a smaller part of the requests than this has probes and header requests alone. */
const smallestPart = 0.005;

/**
 * Returns what the service did while one slot had its traffic, in order of time. A period of a rollout belongs to no version, and one
 * without requests says nothing.
 *
 * @param periods how many periods were asked for
 */
export function ownPast(rows: readonly RowOfBoth[], periods: number): OwnPast {
  const minutes: OwnMinute[] = [];
  let shared = 0;
  for (const { at, blue, green } of rows) {
    const [ofBlue, ofGreen] = [requestsOf(blue), requestsOf(green)];
    const all = ofBlue + ofGreen;
    if (all === 0) continue;
    if (Math.min(ofBlue, ofGreen) > smallestPart * all) shared += 1;
    else minutes.push({ at, point: ofBlue >= ofGreen ? blue : green });
  }
  return { minutes, shared, silent: Math.max(0, periods - shared - minutes.length) };
}

/** Returns the requests of a datapoint; 0 where they are missing or cannot be true. */
export function requestsOf(point: Datapoint): number {
  const { requests } = point;
  return isCount(requests) ? requests : 0;
}

/** Returns the value at a part of the way through the values from the smallest on, 0..1; `undefined` of none. */
export function quantileOf(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

/** Requests of the service in a period. */
export interface Traffic {
  /** Requests a second, in the middle of all periods. */
  readonly usual: number;
  /** Requests a second of the hours of which a tenth is quieter. */
  readonly quiet: number;
}

/** A tenth of the hours is quieter. */
const quietPart = 0.1;

/** Returns how much traffic a service has. An hour counts by its periods with traffic. */
export function trafficIn(minutes: readonly OwnMinute[], periodSeconds: number): Traffic {
  const perSecond = minutes.map(({ point }) => requestsOf(point) / periodSeconds);
  const byHour = new Map<number, number[]>();
  for (const [index, { at }] of minutes.entries()) {
    const hour = Math.floor(at / 3600);
    byHour.set(hour, [...(byHour.get(hour) ?? []), perSecond[index] ?? 0]);
  }
  const hours = [...byHour.values()].map((ones) =>
    Number((ones.reduce((sum, one) => sum + one, 0) / ones.length).toPrecision(12)),
  );
  return { usual: quantileOf(perSecond, 0.5) ?? 0, quiet: quantileOf(hours, quietPart) ?? 0 };
}
