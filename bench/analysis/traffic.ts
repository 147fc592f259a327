import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { seeded, type Random } from './random.ts';
import { minutesOfSchedule, placeOf, type Schedule } from './schedule.ts';

/** How errors bunch: what of them is independent, and what arrives in bunches that one slot gets whole. */
export interface Clumps {
  /** Mean number of errors that one cause brings (geometric); 1 is independent. */
  readonly mean: number;
  /** Bursts an hour at full traffic, of `burstFrom` to `burstTo` errors over `burstMinutes`. */
  readonly burstsPerHour: number;
  readonly burstFrom: number;
  readonly burstTo: number;
  readonly burstMinutes: number;
  /** Shape of the gamma that multiplies a slot's error rate in each minute; infinite is none. */
  readonly frailty: number;
}

/** One kind of rollout: what the traffic does to both slots, and what green does by itself. */
export interface Scenario {
  readonly name: string;
  readonly healthy: boolean;
  /** Requests a second of both slots together. */
  readonly rate: number;
  readonly errorRate: number;
  /** 95th percentile in seconds, and the spread of the logarithm of the latency. */
  readonly latencyP95: number;
  readonly latencySpread: number;
  /** Standard deviation of the logarithm of the latency from minute to minute: of both together, and of each slot. */
  readonly latencyNoise: { readonly shared: number; readonly slot: number };
  readonly clumps: Clumps;
  readonly historyMinutes: number;
  /** Amplitude of the traffic's rhythm, and its period in minutes. */
  readonly rhythm: { readonly amplitude: number; readonly minutes: number };
  /** Chance that a slot's minute is missing. */
  readonly missing: number;
  /** What hits both slots: factors on error rate and latency, and errors added, drawn once a rollout. */
  readonly shared?: (random: Random) => Hits;
  /** What green does by itself. */
  readonly green?: (random: Random) => Hits;
}

/** What happens at a minute of the rollout, a weight, and the minute since green has it. */
export type Hits = (minute: number, weight: number, minuteOfStep: number) => Hit;

export interface Hit {
  readonly errors?: number;
  readonly addedErrors?: number;
  readonly latency?: number;
}

/** The minutes of one rollout, history included; `at` is in seconds from the rollout's start. */
export function simulate(scenario: Scenario, schedule: Schedule, ...seed: readonly number[]): PeriodOfBoth[] {
  const random = seeded(...seed);
  const shared = scenario.shared?.(random);
  const own = scenario.green?.(random);
  const phase = random.uniform() * 2 * Math.PI;
  const bursts = { blue: [] as number[], green: [] as number[] };
  const periods: PeriodOfBoth[] = [];
  const rolloutMinutes = minutesOfSchedule(schedule);
  for (let minute = -scenario.historyMinutes; minute < rolloutMinutes; minute += 1) {
    const { weight, minuteOfStep } = placeOf(schedule, minute);
    const { amplitude, minutes } = scenario.rhythm;
    const traffic = 1 + amplitude * Math.sin((2 * Math.PI * minute) / minutes + phase);
    const total = random.poisson(scenario.rate * 60 * traffic);
    const green = random.binomial(total, weight / 100);
    const hit = shared?.(minute, weight, minuteOfStep) ?? {};
    const greenHit = minute < 0 ? {} : (own?.(minute, weight, minuteOfStep) ?? {});
    const wave = Math.exp(scenario.latencyNoise.shared * random.normal());
    const slot = (requests: number, share: number, hits: readonly Hit[], pending: number[]): Datapoint =>
      slotMinute(scenario, { random, requests, share, hits, wave, pending });
    periods.push({
      at: minute * 60,
      weight,
      blue: slot(total - green, 1 - weight / 100, [hit], bursts.blue),
      green: slot(green, weight / 100, [hit, greenHit], bursts.green),
    });
  }
  return periods;
}

interface SlotMinute {
  readonly random: Random;
  readonly requests: number;
  readonly share: number;
  readonly hits: readonly Hit[];
  readonly wave: number;
  /** Errors of bursts that are under way, for this minute and the next ones. */
  readonly pending: number[];
}

function slotMinute(scenario: Scenario, slot: SlotMinute): Datapoint {
  const { random, requests, hits } = slot;
  const burst = burstErrors(scenario, slot);
  const lost = random.uniform() < scenario.missing;
  if (requests === 0 || lost) return {};
  const { chance, latency } = sumOf(scenario, hits);
  const level = slot.wave * Math.exp(scenario.latencyNoise.slot * random.normal()) * latency;
  const errors = Math.min(requests, clumpedErrors(scenario, random, requests, chance) + burst);
  return { requests, errors, ...latencies(scenario, random, requests, level) };
}

function burstErrors(scenario: Scenario, { random, share, pending }: SlotMinute): number {
  const { burstsPerHour, burstFrom, burstTo, burstMinutes } = scenario.clumps;
  const started = random.poisson((burstsPerHour / 60) * share);
  for (let burst = 0; burst < started; burst += 1) {
    const lasts = random.integer(1, burstMinutes);
    const size = random.integer(burstFrom, burstTo);
    for (let minute = 0; minute < lasts; minute += 1) {
      pending[minute] = (pending[minute] ?? 0) + Math.round(size / lasts);
    }
  }
  return pending.shift() ?? 0;
}

function clumpedErrors(scenario: Scenario, random: Random, requests: number, chance: number): number {
  const { mean, frailty } = scenario.clumps;
  const rate = Number.isFinite(frailty) ? Math.min(1, chance * random.gamma(frailty)) : chance;
  if (mean <= 1) return random.binomial(requests, rate);
  let errors = 0;
  const causes = random.poisson((requests * rate) / mean);
  for (let cause = 0; cause < causes; cause += 1) {
    errors += 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - 1 / mean));
  }
  return errors;
}

/**
 * What a judge sees of a rollout: the minute in which the weight changed is left out, as its requests belong to neither
 * weight, and the load balancer's nodes take some seconds to obey.
 */
export function seenByJudges(periods: readonly PeriodOfBoth[]): readonly PeriodOfBoth[] {
  return periods.filter(({ weight }, index) => weight === 0 || weight === periods[index - 1]?.weight);
}

/** Shares of errors and slow responses that a slot has on average. */
export function expectedShares(
  scenario: Scenario,
  hits: readonly Hit[],
): { readonly errors: number; readonly slow: number } {
  const { chance, latency } = sumOf(scenario, hits);
  return {
    errors: chance,
    slow: upperNormal((Math.log(slowLimit) - centreOf(scenario, latency)) / scenario.latencySpread),
  };
}

/** What all that hits a slot makes of its error rate and its latency. */
function sumOf(scenario: Scenario, hits: readonly Hit[]): { readonly chance: number; readonly latency: number } {
  const factor = hits.reduce((product, hit) => product * (hit.errors ?? 1), 1);
  const added = hits.reduce((sum, hit) => sum + (hit.addedErrors ?? 0), 0);
  const latency = hits.reduce((product, hit) => product * (hit.latency ?? 1), 1);
  return { chance: Math.min(1, scenario.errorRate * factor + added), latency };
}

/** Mean of the logarithm of the latency. */
function centreOf({ latencyP95, latencySpread }: Scenario, level: number): number {
  return Math.log(latencyP95 * level) - z95 * latencySpread;
}

const slowLimit = 2;
const z95 = 1.6448536269514722;

function latencies(scenario: Scenario, random: Random, requests: number, level: number): Datapoint {
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
  const slow = random.binomial(requests, upperNormal((Math.log(slowLimit) - centre) / spread));
  // The standard error of a sample quantile is sqrt(p (1 - p) / n) / density.
  const noise = ((Math.sqrt(0.0475) / 0.10313564) * spread) / Math.sqrt(requests);
  return { slow, latencyP95: scenario.latencyP95 * level * Math.exp(noise * random.normal()) };
}

/** P(Z > z), Abramowitz and Stegun 26.2.17: good to 7.5e-8. */
function upperNormal(z: number): number {
  if (z < 0) return 1 - upperNormal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * poly;
}
