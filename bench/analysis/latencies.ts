import type { Datapoint } from '../../lib/analysis/datapoint.ts';
import type { Random } from '../../lib/calibration/random.ts';

/** Log-normal latencies: their 95th percentile in seconds, and the spread of their logarithm. */
export interface LatencyModel {
  readonly latencyP95: number;
  readonly latencySpread: number;
}

/** Mean of the logarithm of the latency. */
function centreOf({ latencyP95, latencySpread }: LatencyModel, level: number): number {
  return Math.log(latencyP95 * level) - z95 * latencySpread;
}

const slowLimit = 2;
const z95 = 1.6448536269514722;

/** Draws how many of a minute's requests are slower than 2 s, and their 95th percentile, at a factor on all latencies. */
export function latenciesOf(scenario: LatencyModel, random: Random, requests: number, level: number): Datapoint {
  const spread = scenario.latencySpread;
  const centre = centreOf(scenario, level);
  if (requests <= 40) {
    const sample = Array.from({ length: requests }, () => Math.exp(centre + spread * random.normal())).sort(
      (a, b) => a - b,
    );
    const rank = 0.95 * (requests - 1);
    const low = sample[Math.floor(rank)] ?? 0;
    const high = sample[Math.ceil(rank)] ?? low;
    return { slow: sample.filter((s) => s > slowLimit).length, latencyP95: low + (high - low) * (rank % 1) };
  }
  const slow = random.binomial(requests, shareSlower(scenario, level));
  // The standard error of a sample quantile is sqrt(p (1 - p) / n) / density.
  const noise = ((Math.sqrt(0.0475) / 0.10313564) * spread) / Math.sqrt(requests);
  return { slow, latencyP95: scenario.latencyP95 * level * Math.exp(noise * random.normal()) };
}

/** Share of requests slower than 2 s, at a factor on all latencies. */
export function shareSlower(scenario: LatencyModel, level: number): number {
  return upperNormal((Math.log(slowLimit) - centreOf(scenario, level)) / scenario.latencySpread);
}

/** P(Z > z), Abramowitz and Stegun 26.2.17: good to 7.5e-8. */
function upperNormal(z: number): number {
  if (z < 0) return 1 - upperNormal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * poly;
}
