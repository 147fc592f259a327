import { fadeOf } from './fading.ts';
import type { GatePolicy } from './gate-policy.ts';
import { fallOfShare, settledFrom } from './settling.ts';
import type { ShareSeries } from './share-series.ts';

/** What is expected of a green that is no worse than tolerated. */
export interface Expected {
  /** Index, for each period, of the first one at its weight that counts. */
  readonly settled: Int32Array;
  /** How many times as bad as blue green may be in each period. */
  readonly tolerance: Float64Array;
}

/** What is expected of a share of bad responses. */
export function expectedOfShare(series: ShareSeries, policy: GatePolicy): Expected {
  const settled = settledFrom(series.weight, series.first, policy.warmUpPeriods, fallOfShare(series));
  const fade = fadeOf(series.weight, series.first, policy.warmUpPeriods, (from, to) => ratioWithin(series, from, to));
  return {
    settled,
    tolerance: fade.map((one, index) => Math.max(one, policy.tolerance) * policy.factorAt(series.weight[index] ?? 100)),
  };
}

/** Half a count of blue's and a whole one of green's keep a quiet start from promising that nothing ever goes wrong. */
function ratioWithin(series: ShareSeries, from: number, to: number): number | undefined {
  let [green, blue, greenBad, blueBad] = [0, 0, 0, 0.5];
  for (let index = from; index <= to; index += 1) {
    const [n = 0, x = 0, m = 0, y = 0] = [
      series.greenTotal[index],
      series.greenBad[index],
      series.blueTotal[index],
      series.blueBad[index],
    ];
    if (!(n > 0 && x >= 0 && m > 0 && y >= 0)) continue;
    green += n;
    greenBad += x;
    blue += m;
    blueBad += y;
  }
  return green > 0 ? (greenBad + 1) / ((green * blueBad) / blue + 1) : undefined;
}
