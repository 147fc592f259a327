import type { Random } from '../../lib/calibration/random.ts';
import type { Hit, Hits, Scenario } from './traffic.ts';

/** A kind of rollout in the benchmark. */
export interface Shape extends Scenario {
  /** Whether docs/analysis.md promises a figure for it; the others are harder than what is promised. */
  readonly isPromised: boolean;
  /** What hits both slots may end a step in a hold. */
  readonly mayHold: boolean;
  /** A regression of three times and more, none of which may be missed. */
  readonly isLarge: boolean;
  /** A regression that is the same from the first request to the last, for which Wald's bound can be told. */
  readonly isConstant: boolean;
  /** Whether its bad responses are in the means that are promised. */
  readonly isInMeans: boolean;
  /** Kept back: nothing was tuned on it. */
  readonly isHeldOut: boolean;
  /** Whether the steps have the bakes that `plan` proposes for so few requests. */
  readonly hasProposedBakes: boolean;
  /** Whether clients stay on one side. */
  readonly sticky: boolean;
  /** Weight from which on green is worse than blue; what went wrong before is no judge's doing. */
  readonly beginsAtWeight: number;
}

/** Errors that come one by one. */
const independent = { mean: 1, burstsPerHour: 0, burstFrom: 5, burstTo: 50, burstMinutes: 2, frailty: Infinity };

const base: Omit<Shape, 'name'> = {
  healthy: true,
  rate: 100,
  errorRate: 0.002,
  latencyP95: 1.5,
  latencySpread: 0.28,
  latencyNoise: { shared: 0.03, slot: 0.02 },
  clumps: independent,
  historyMinutes: 120,
  rhythm: { amplitude: 0, minutes: 1440 },
  missing: 0,
  isPromised: true,
  mayHold: false,
  isLarge: false,
  isConstant: false,
  isInMeans: true,
  sticky: false,
  isHeldOut: false,
  hasProposedBakes: false,
  beginsAtWeight: 0,
};

/** A healthy rollout at 100 requests/s with independent errors, but for what is changed. */
export function shape(name: string, change: Partial<Shape> = {}): Shape {
  return { ...base, name, ...change };
}

/** Errors that bunch. */
export function clumped(change: Partial<Scenario['clumps']>): Partial<Shape> {
  return { clumps: { ...independent, ...change } };
}

/** Something that hits both slots for a while, at a random time of the first 70 minutes. */
export function bump(shortest: number, longest: number, hit: (random: Random) => Hit): Partial<Shape> {
  const shared = (random: Random) => {
    const start = random.integer(3, 60);
    const end = start + random.integer(shortest, longest);
    const inside = hit(random);
    return (minute: number): Hit => (minute >= start && minute < end ? inside : {});
  };
  return { shared, mayHold: true };
}

/** Green starts slow (and failing) and gets better, by a factor of e in so many minutes. */
export function cold(latency: number, errors: number, minutes: number): Partial<Shape> {
  return {
    green: () => (minute) => {
      const left = Math.exp(-minute / minutes);
      return { latency: 1 + (latency - 1) * left, errors: 1 + (errors - 1) * left };
    },
  };
}

/** Green is slow (and failing) for so many minutes, then as good as blue. */
export function coldUntil(minutes: number, latency: number, errors: number): Partial<Shape> {
  return { green: () => (minute) => (minute < minutes ? { latency, errors } : {}) };
}

/** What green does from the first request to the last. */
export function always(hit: Hit): Partial<Shape> {
  return { green: () => () => hit };
}

/** A quiet service, a busy one, one of which nothing was seen, and what is harder than promised. */
export const slow = { rate: 2 };
export const fast = { rate: 2000 };
export const noHistory = { historyMinutes: 0, isPromised: false };
export const harder = { isPromised: false };

/** Green is cold again at each weight, as tasks are added for it: `factor` times the latency, fading by a factor of e in so many minutes. */
export function coldAtEachWeight(factor: number, minutes: number): Partial<Shape> {
  return { green: () => (_, __, minuteOfStep) => ({ latency: 1 + (factor - 1) * Math.exp(-minuteOfStep / minutes) }) };
}

/** Something that hits both slots for some minutes of the watch at 100 %. */
export function within100(minutes: number, hit: Hit): Partial<Shape> {
  const shared = (random: Random): Hits => {
    const start = random.integer(1, 5);
    return (_, weight, minuteOfStep) =>
      weight === 100 && minuteOfStep >= start && minuteOfStep < start + minutes ? hit : {};
  };
  return { shared, mayHold: true };
}
