import * as z from 'zod';

const gateLesson = z
  .object({
    gate: z.string(),
    /**
     * How much the slots of rules that keep clients on one side differed: the squared logarithm of green's value over blue's, and the variance of it that chance explains, both divided by
     * `1/w + 1/(1 - w)`, where `w` is green's part of the traffic. Absent for other rules, and where
     * nothing could be compared.
     */
    difference: z.object({ square: z.number(), chance: z.number() }).readonly().optional(),
    /** Minutes at the start of a weight in which green was cold, at most; absent where none could be seen. */
    coldMinutes: z.number().optional(),
    /** The exponent of each bet by the end of the rollout: how blue's bad responses clump. */
    exponents: z.array(z.number()).readonly().optional(),
  })
  .readonly();

/** What one healthy rollout taught about how its service behaves, by gate. */
export const lesson = z
  .object({
    gates: z.array(gateLesson).readonly(),
    /** Length of the minutes that cold starts and exponents were measured in, in seconds; absent in lessons that count no more. */
    minuteSeconds: z.number().optional(),
  })
  .readonly();
export type Lesson = z.output<typeof lesson>;
export type GateLesson = z.output<typeof gateLesson>;

const gateLearned = z
  .object({
    gate: z.string(),
    /** Variance of that logarithm which chance does not explain, divided by `1/w + 1/(1 - w)`; absent where too few rollouts tell it. */
    spread: z.number().optional(),
    /** Minutes that green may be cold at the start of a weight; absent where too few rollouts tell it. */
    coldMinutes: z.number().optional(),
    exponents: z.array(z.number()).readonly().optional(),
  })
  .readonly();
type GateLearned = z.output<typeof gateLearned>;

/** What the healthy rollouts of a service before this one taught together. It is recorded when a rollout opens, and never changes within it. */
export const learned = z
  .object({
    /** How many healthy rollouts it rests on. */
    rollouts: z.number(),
    gates: z.array(gateLearned).readonly(),
  })
  .readonly();
export type Learned = z.output<typeof learned>;

/** Returns what a lesson says of the difference between slots, and nothing else of it; `undefined` where it says nothing of that. */
export function differencesOf({ gates, ...more }: Lesson): Lesson | undefined {
  const differing = gates.flatMap(({ gate, difference }) => (difference === undefined ? [] : [{ gate, difference }]));
  return differing.length === 0 ? undefined : { ...more, gates: differing };
}

/** Healthy rollouts from which on what they taught counts. */
export const fewestRollouts = 5;
/** Healthy rollouts that are heeded at most, the newest ones. */
export const mostRollouts = 20;

/** Returns what was learned of a gate; `undefined` where too few healthy rollouts are in the record. */
export function learnedOf(all: Learned | undefined, gate: string): GateLearned | undefined {
  if (all === undefined || all.rollouts < fewestRollouts) return undefined;
  return all.gates.find((one) => one.gate === gate);
}

/**
 * Returns what several healthy rollouts taught together. One odd rollout among them changes little: exponents are medians, of spreads
 * four fifths are not larger, and the longest cold start is left out. Lessons of minutes of another length are left out.
 * @param minuteSeconds length of the minutes of the rollout that learns
 */
export function learnedFrom(lessons: readonly Lesson[], minuteSeconds: number): Learned {
  const newest = lessons.filter((one) => one.minuteSeconds === minuteSeconds).slice(0, mostRollouts);
  const names = [...new Set(newest.flatMap(({ gates }) => gates.map(({ gate }) => gate)))];
  return { rollouts: newest.length, gates: names.map((name) => together(name, newest)) };
}

function together(name: string, lessons: readonly Lesson[]): GateLearned {
  const ofGate = lessons.flatMap(({ gates }) => gates.filter(({ gate }) => gate === name));
  const differences = ofGate.flatMap(({ difference }) => difference ?? []);
  const cold = ofGate.flatMap(({ coldMinutes }) => coldMinutes ?? []).sort((left, right) => right - left);
  const exponents = ofGate.flatMap((one) => (one.exponents === undefined ? [] : [one.exponents]));
  return {
    gate: name,
    ...(differences.length >= fewestRollouts && { spread: rounded(spreadOf(differences)) }),
    ...(cold.length >= fewestRollouts && { coldMinutes: cold[1] ?? 0 }),
    ...(exponents.length >= fewestRollouts && {
      exponents: (exponents[0] ?? []).map((_, bet) => rounded(medianOf(exponents.map((each) => each[bet] ?? 1)))),
    }),
  };
}

/** Four fifths of the squares of a standard normal deviate lie under this: of few rollouts it tells a variance better than a median, and heeds no single one. */
const fourFifthsOfSquares = 1.642;

function spreadOf(differences: readonly NonNullable<GateLesson['difference']>[]): number {
  const squares = differences.map(({ square }) => square).sort((left, right) => right - left);
  const square = squares[Math.floor(squares.length / 5)] ?? 0;
  const atMost = (square / fourFifthsOfSquares) * (1 + fewRollouts / squares.length) ** 2;
  return Math.max(0, atMost - medianOf(differences.map(({ chance }) => chance)));
}

/** Standard deviations by which clients may make the slots differ: a quantile of one in a hundred, and what a spread known from few rollouts adds to it. */
const usualDifference = 2.33;
const fewRollouts = 4;
/** The same where a handful of clients fails most often: five weights are looked at, and one rollout in twenty differs by more than any normal deviate. */
const largestDifference = 3;

/**
 * Returns how many times as bad as blue green may look by its clients alone. Each client stays on one side, so the variance of the logarithm of a ratio
 * between slots goes with `1/w + 1/(1 - w)`, `w` being green's part of the traffic.
 *
 * @param weight green's, in percent
 */
export function factorOfSpread(all: Learned | undefined, gate: string, weight: number): number {
  return factorOf(all, gate, weight, usualDifference);
}

/** Returns how many times as bad as blue green must look before clients alone hardly explain it; see `factorOfSpread`. */
export function largestFactorOfSpread(all: Learned | undefined, gate: string, weight: number): number {
  return factorOf(all, gate, weight, largestDifference);
}

function factorOf(all: Learned | undefined, gate: string, weight: number, deviations: number): number {
  const spread = learnedOf(all, gate)?.spread ?? 0;
  if (all === undefined || spread <= 0 || weight <= 0 || weight >= 100) return 1;
  const part = weight / 100;
  const deviation = Math.sqrt(spread * (1 / part + 1 / (1 - part)));
  return Math.exp(deviations * deviation);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Four digits are all that a few rollouts can tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
