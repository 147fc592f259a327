import { type Pace, periodsIn } from './by-minute.ts';
import type { ShareSeries } from './share-series.ts';

/** How far back the earlier rate is looked for. */
const lookBackMinutes = 120;
/** A window is long enough with so many minutes and bad responses, and never longer than the last figure. */
const fewestMinutes = 5;
const fewestBad = 10;
const mostMinutes = 30;

/**
 * The share of bad responses that both slots together reached in the worst stretch before `index`: what green is held
 * against where blue gets no traffic any more. The worst stretch and not the mean, because what comes and goes for both (a
 * wave of latency) cannot be told from green's own doing any longer. `undefined` where nothing came before.
 */
export function worstEarlierRate(series: ShareSeries, index: number, pace: Pace): number | undefined {
  const [lookBack, fewestPeriods, mostPeriods] = [
    periodsIn(lookBackMinutes, pace),
    periodsIn(fewestMinutes, pace),
    periodsIn(mostMinutes, pace),
  ];
  let worst: number | undefined;
  for (let end = index; end > Math.max(0, index - lookBack); end -= 1) {
    let total = 0;
    let bad = 0;
    for (let at = end - 1; at >= Math.max(0, end - mostPeriods); at -= 1) {
      for (const [n, x] of bothSlots(series, at)) {
        total += n;
        bad += x;
      }
      if (end - at >= fewestPeriods && bad >= fewestBad) break;
    }
    if (total > 0) worst = Math.max(worst ?? 0, (bad + 0.5) / total);
  }
  return worst;
}

function bothSlots(series: ShareSeries, at: number): readonly (readonly [number, number])[] {
  const slots = [
    [series.blueTotal[at] ?? 0, series.blueBad[at] ?? 0],
    [series.greenTotal[at] ?? 0, series.greenBad[at] ?? 0],
  ] as const;
  return slots.filter(([n, x]) => n > 0 && x >= 0);
}
