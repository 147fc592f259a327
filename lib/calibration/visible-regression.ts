import { rolloutJudge } from '../analysis/analyse.ts';
import { turnOf } from '../analysis/direction.ts';
import type { SpecGate } from '../specification/gate.ts';
import { quantileOf } from './own-minutes.ts';
import { seeded } from './random.ts';
import { beginnings, rehearse, type Stage } from './rehearsal.ts';

/** The smallest regression of one gate that a step shows. */
export interface Visible {
  readonly gate: string;
  /** Index of the step with which the regression begins. */
  readonly step: number;
  /** How many times as bad as usual green is; absent where not even the largest that was tried is rolled back in time. */
  readonly ratio?: number;
  /** Green's value then. */
  readonly value?: number;
  /** Minutes from the begin of the step until it is rolled back, the lag included, in the middle of the rehearsals. */
  readonly minutes?: number;
}

/** What is asked of one gate. */
export interface Subject {
  readonly gate: SpecGate;
  /** Blue's usual value, above zero: a share of bad responses, or the gate's own value. */
  readonly usual: number;
}

/** Regressions that are tried, by how many times as bad green is. */
const ladder = [1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 5000] as const;
/** A regression counts as visible where so many of the rehearsals find it in time. */
const found = 0.9;
/** A percentile a hundred times its own is a service that does not answer. */
const mostOfValue = 100;

/**
 * Returns the smallest regression that the judge itself rolls back within the step that it begins with, in nine of ten rehearsals: a search on a ladder
 * of ratios, each tried on the same minutes with the same chance, so that the answers can be compared.
 *
 * @param lagSeconds how long a period takes to settle; what is decided later than the end of the bake is not in time
 * @returns `undefined` where the past is shorter than one rollout
 */
export function visibleRegression(
  stage: Stage,
  { gate, usual }: Subject,
  step: number,
  lagSeconds: number,
  runs: number,
  seed: number,
): Visible | undefined {
  const starts = beginnings(stage, runs);
  if (starts.length === 0) return undefined;
  const isValue = 'value' in gate;
  const ratios: number[] = ladder.filter((ratio) => (isValue ? ratio <= mostOfValue : ratio * usual <= 1));
  if (!isValue && (ratios.at(-1) ?? 0) * usual < 1) ratios.push(1 / usual);
  const tried = (ratio: number) => detected(stage, { gate, usual, ratio, fromStep: step }, lagSeconds, starts, seed);
  let [low, high] = [0, ratios.length];
  let best: Detection | undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = tried(ratios[middle] ?? 1);
    if (one.part >= found) {
      best = one;
      high = middle;
    } else low = middle + 1;
  }
  const ratio = ratios[low];
  if (ratio === undefined || best === undefined) return { gate: gate.name, step };
  const value = turnOf(gate)(isValue ? turnOf(gate)(usual) * ratio : usual * ratio);
  return { gate: gate.name, step, ratio, value, ...(best.minutes !== undefined && { minutes: best.minutes }) };
}

interface Detection {
  /** Part of the rehearsals in which it was rolled back in time. */
  readonly part: number;
  readonly minutes: number | undefined;
}

type Regression = Parameters<typeof rehearse>[3];

function detected(
  stage: Stage,
  regression: NonNullable<Regression>,
  lagSeconds: number,
  starts: readonly number[],
  seed: number,
): Detection {
  const times = starts.map((from, run) => secondsUntilFound(stage, regression, lagSeconds, from, [seed, run]));
  const reached = times.filter((time) => time !== 'not reached');
  const inTime = reached.filter((time) => typeof time === 'number');
  const middle = quantileOf(inTime, 0.5);
  return {
    part: reached.length === 0 ? 0 : inTime.length / reached.length,
    minutes: middle === undefined ? undefined : Math.ceil(middle / 60),
  };
}

/** Seconds from the step's begin; `not reached` where an earlier step had already ended the rollout. */
function secondsUntilFound(
  stage: Stage,
  regression: NonNullable<Regression>,
  lagSeconds: number,
  from: number,
  seed: readonly number[],
): number | 'too late' | 'not reached' {
  const { fromStep } = regression;
  const step = stage.steps[fromStep];
  const { periods, begins } = rehearse(stage, from, seeded(...seed), regression);
  const begin = begins[fromStep] ?? periods.length;
  const end = begins[fromStep + 1] ?? periods.length;
  const judge = rolloutJudge({ ...stage.settings, periods: periods.slice(0, end) });
  const { periodSeconds } = stage.settings;
  for (const [index, { weight }] of periods.slice(0, end).entries()) {
    if (weight === 0) continue;
    const first = Math.max(...begins.filter((one) => one <= index));
    if (judge.look({ from: first, to: index }).verdict !== 'fail') continue;
    if (index < begin) return 'not reached';
    // The first period of a step is the one in which the weight changed, and what is seen has settled.
    const seconds = (index - begin + 2) * periodSeconds + lagSeconds;
    return seconds <= (step?.bake ?? 0) ? seconds : 'too late';
  }
  return 'too late';
}
