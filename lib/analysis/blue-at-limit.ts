import type { ShareSeries } from './share-series.ts';
import { medianBetween, type ValueSeries } from './value-series.ts';

/**
 * Share of bad responses that green would have had from one index to another as blue: each period of blue's counts as much as green's requests
 * in it, so that a wave at a higher weight weighs the same for both. Where blue has no data, as at 100 %, the worst stretch of blue that is
 * as long, history included, stands for it: what comes and goes for everything is no doing of green's. `undefined` where nothing says it.
 */
export function shareAsBlue(series: ShareSeries, from: number, to: number): number | undefined {
  const [paired, alone] = [partOf(series, from, to, true), partOf(series, from, to, false)];
  const worst = alone.periods === 0 ? undefined : worstShare(series, to, alone.periods);
  if (worst === undefined) return paired.requests > 0 ? paired.bad / paired.requests : undefined;
  return (paired.bad + worst * alone.requests) / (paired.requests + alone.requests);
}

interface Part {
  readonly periods: number;
  readonly requests: number;
  /** Bad responses, at blue's share in each period. */
  readonly bad: number;
}

/** Green's requests in the periods with data of blue, or in those without, where it has none or they are late. */
function partOf(series: ShareSeries, from: number, to: number, isWithBlue: boolean): Part {
  let [periods, requests, bad] = [0, 0, 0];
  for (let index = from; index <= to; index += 1) {
    const [n = 0, m = 0, y = 0] = [series.greenTotal[index], series.blueTotal[index], series.blueBad[index]];
    if (!(n > 0) || hasBlue(series, index) !== isWithBlue) continue;
    periods += 1;
    requests += n;
    bad += (n * y) / m;
  }
  return { periods, requests, bad };
}

function hasBlue({ weight, blueTotal, blueBad }: ShareSeries, index: number): boolean {
  return (weight[index] ?? 100) < 100 && (blueTotal[index] ?? 0) > 0 && (blueBad[index] ?? -1) >= 0;
}

/** Blue's largest share in so many neighbouring periods below 100 %. */
function worstShare(series: ShareSeries, to: number, width: number): number | undefined {
  let worst: number | undefined;
  for (let start = 0; start <= to; start += 1) {
    let [total, bad] = [0, 0];
    for (let index = start; index < start + width && index <= to; index += 1) {
      if (!hasBlue(series, index)) continue;
      total += series.blueTotal[index] ?? 0;
      bad += series.blueBad[index] ?? 0;
    }
    if (total > 0) worst = Math.max(worst ?? 0, bad / total);
  }
  return worst;
}

/** Blue's value from one index to another; at 100 % the worst of as many periods before. `undefined` where nothing says it. */
export function valueAsBlue(series: ValueSeries, from: number, to: number): number | undefined {
  if ((series.weight[to] ?? 0) < 100) return medianBetween(series.blue, from, to);
  let worst: number | undefined;
  for (let start = 0; start <= to; start += 1) {
    const end = start + to - from;
    if (end > to || (series.weight[end] ?? 100) >= 100) break;
    const median = medianBetween(series.blue, start, end);
    if (median !== undefined) worst = Math.max(worst ?? 0, median);
  }
  return worst;
}
