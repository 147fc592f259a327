import type { Discounts } from './discount-schedule.ts';
import { type Expected, expectedOfShare } from './expected.ts';
import { type GatePolicy, policyByMinute } from './gate-policy.ts';
import { compareMinutes } from './minute-comparison.ts';
import { compareRates, type RateComparison } from './rate-comparison.ts';
import type { ShareSeries } from './share-series.ts';

/** All evidence that green's share of bad responses is worse than tolerated, from periods that both slots had. */
export interface ShareComparison {
  logStrength(index: number): number;
  isCorroborated(index: number): boolean;
  /** The part that counts bad responses, and the evidence that it needs to decide alone. */
  readonly rates: RateComparison;
  aloneFor(threshold: number): number;
}

/** The same share by the minute, where the periods are shorter. */
export interface Minutes {
  readonly series: ShareSeries;
  /** Index of the newest minute that is over at each period; -1 before the first. */
  readonly overAt: Int32Array;
}

/** Parts of the stake: on how many responses are bad, and on how many periods have one. */
const onRates = 0.85;
const onMinutes = 0.15;

/**
 * Mixes the evidence of how many responses of green are bad with that of how many periods have any. An average of e-processes
 * with weights chosen beforehand is one (Vovk and Wang 2021, section 2).
 */
export function compareShares(
  series: ShareSeries,
  policy: GatePolicy,
  expected: Expected,
  discounts: Discounts,
  byMinute: Minutes,
): ShareComparison {
  const rates = compareRates(series, policy, expected, discounts);
  const minutes = compareMinutes(byMinute.series, policyByMinute(policy), expectedOfShare(byMinute.series, policy));
  const minuteAt = (index: number) => byMinute.overAt[index] ?? -1;
  const parts = (index: number) =>
    [Math.log(onRates) + rates.logStrength(index), Math.log(onMinutes) + minutes.logStrength(minuteAt(index))] as const;
  return {
    rates,
    aloneFor: (threshold) => threshold - Math.log(onRates),
    logStrength: (index) => {
      const [ofRates, ofMinutes] = parts(index);
      const larger = Math.max(ofRates, ofMinutes);
      return larger + Math.log1p(Math.exp(Math.min(ofRates, ofMinutes) - larger));
    },
    isCorroborated: (index) => {
      const [ofRates, ofMinutes] = parts(index);
      return ofRates >= ofMinutes ? rates.isCorroborated(index) : minutes.isCorroborated(minuteAt(index));
    },
  };
}
