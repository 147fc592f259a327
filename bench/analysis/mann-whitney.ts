/** Shift of the experiment over the control by Hodges and Lehmann, with its confidence interval. */
export interface Shift {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** Quantile of the standard normal at 0.99, for two-sided intervals of 98 %. */
const z99 = 2.3263478740408408;

/**
 * The interval of the Mann-Whitney test at 98 %: order statistics of all pairwise differences, their rank by the normal
 * approximation (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, section 4.3).
 */
export function shiftOf(control: readonly number[], experiment: readonly number[]): Shift | undefined {
  const m = control.length;
  const n = experiment.length;
  if (m === 0 || n === 0) return undefined;
  const differences = experiment.flatMap((e) => control.map((c) => e - c)).sort((a, b) => a - b);
  const rank = Math.max(0, Math.floor((m * n) / 2 - z99 * Math.sqrt((m * n * (m + n + 1)) / 12)));
  const at = (index: number): number => differences[Math.min(differences.length - 1, Math.max(0, index))] ?? 0;
  const middle = (m * n - 1) / 2;
  return {
    estimate: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    lower: at(rank),
    upper: at(m * n - 1 - rank),
  };
}

/**
 * Kayenta's MannWhitneyClassifier at its judge's settings (tolerance 0.25, confidence 0.98, direction increase): high where the interval lies beyond a
 * quarter of the estimate and the ratio of the means is at least the allowed increase of 1. Nothing is high without data of both.
 */
export function isHigh(control: readonly number[], experiment: readonly number[]): boolean {
  const shift = shiftOf(control, experiment);
  if (shift === undefined || !(shift.lower > 0.25 * Math.abs(shift.estimate))) return false;
  const ratio = mean(experiment) / mean(control);
  return Number.isNaN(ratio) || ratio >= 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
