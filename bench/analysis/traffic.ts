import type { Datapoint, PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { type ArrivalsSource, type SlotArrivals, steadyArrivals } from './arrivals.ts';
import { latenciesOf, shareSlower } from './latencies.ts';
import { seeded, type Random } from '../../lib/calibration/random.ts';
import { realisedShares } from './realised-weight.ts';
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
  /** What arrives, where it is not steady traffic of that rate and rhythm. */
  readonly arrivals?: ArrivalsSource;
  /** Spread of the logarithm of a slot's error rate that wanders by itself, halving its distance to the mean in so many minutes. */
  readonly wander?: { readonly spread: number; readonly minutes: number };
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

/** A simulated rollout: what happened in each minute, and the truth behind it. */
export interface Simulated {
  /** The minutes, history included; `at` is in seconds from the rollout's start. */
  readonly periods: readonly PeriodOfBoth[];
  /** The expected shares of both slots, by `at`. */
  readonly truth: ReadonlyMap<number, TrueShares>;
}

/** The shares of errors and slow responses that the slots have on average in one minute. */
export interface TrueShares {
  readonly blue: ExpectedShares;
  readonly green: ExpectedShares;
}

/** Draws one rollout; the seed decides it whole. */
export function simulate(scenario: Scenario, schedule: Schedule, ...seed: readonly number[]): Simulated {
  const random = seeded(...seed);
  const shared = scenario.shared?.(random);
  const own = scenario.green?.(random);
  const source = scenario.arrivals ?? steadyArrivals(scenario.rate, scenario.rhythm);
  const rolloutMinutes = minutesOfSchedule(schedule);
  const arrivals = source(random, scenario.historyMinutes + rolloutMinutes);
  const shareAt = realisedShares(schedule, random);
  const slots = { blue: new Slot(scenario, random), green: new Slot(scenario, random) };
  const periods: PeriodOfBoth[] = [];
  const truth = new Map<number, TrueShares>();
  for (let minute = -scenario.historyMinutes; minute < rolloutMinutes; minute += 1) {
    const { weight, minuteOfStep } = placeOf(schedule, minute);
    const share = shareAt(minute);
    const sent = arrivals(minute + scenario.historyMinutes, share);
    const hit = shared?.(minute, weight, minuteOfStep) ?? {};
    const greenHit = minute < 0 ? {} : (own?.(minute, weight, minuteOfStep) ?? {});
    const wave = Math.exp(scenario.latencyNoise.shared * random.normal()) * (sent.latency ?? 1);
    const hits = { blue: [hit], green: [hit, greenHit] };
    const at = minute * 60;
    periods.push({
      at,
      weight,
      blue: slots.blue.minute({ arrived: sent.blue, share: 1 - share, hits: hits.blue, wave }),
      green: slots.green.minute({ arrived: sent.green, share, hits: hits.green, wave }),
    });
    truth.set(at, {
      blue: expectedShares(scenario, hits.blue, wave),
      green: expectedShares(scenario, hits.green, wave),
    });
  }
  return { periods, truth };
}

interface SlotMinute {
  readonly arrived: SlotArrivals;
  readonly share: number;
  readonly hits: readonly Hit[];
  readonly wave: number;
}

/** One slot of a simulated rollout, with what carries over from minute to minute. */
class Slot {
  readonly #scenario: Scenario;
  readonly #random: Random;
  /** Errors of bursts that are under way, for this minute and the next ones. */
  readonly #pending: number[] = [];
  #wandered = 0;

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
  }

  minute({ arrived: { requests, errors: given }, share, hits, wave }: SlotMinute): Datapoint {
    const [scenario, random] = [this.#scenario, this.#random];
    const burst = burstErrors(scenario, random, share, this.#pending);
    const wandered = Math.exp(this.#wander());
    const lost = random.uniform() < scenario.missing;
    if (requests === 0 || lost) return {};
    const sum = sumOf(hits);
    const level = wave * Math.exp(scenario.latencyNoise.slot * random.normal()) * sum.latency;
    const drawn =
      given === undefined
        ? clumpedErrors(scenario, random, requests, Math.min(1, chanceOf(scenario, sum) * wandered))
        : moreErrors(random, requests, given, sum);
    return { requests, errors: Math.min(requests, drawn + burst), ...latenciesOf(scenario, random, requests, level) };
  }

  #wander(): number {
    const { wander } = this.#scenario;
    if (wander === undefined) return 0;
    const kept = 0.5 ** (1 / wander.minutes);
    this.#wandered = kept * this.#wandered + Math.sqrt(1 - kept * kept) * wander.spread * this.#random.normal();
    return this.#wandered;
  }
}

/** Errors of a recorded minute, and those that what hits the slot adds to them. */
function moreErrors(random: Random, requests: number, given: number, { errors, addedErrors }: Required<Hit>): number {
  const repeated = random.poisson(given * Math.max(0, errors - 1));
  return given + repeated + random.binomial(Math.max(0, requests - given), addedErrors);
}

function burstErrors(scenario: Scenario, random: Random, share: number, pending: number[]): number {
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

/** Shares, 0..1. */
export interface ExpectedShares {
  readonly errors: number;
  readonly slow: number;
}

/** Shares of errors and slow responses that a slot has on average, at a factor on all latencies of that minute. */
export function expectedShares(scenario: Scenario, hits: readonly Hit[], wave = 1): ExpectedShares {
  const sum = sumOf(hits);
  return { errors: chanceOf(scenario, sum), slow: shareSlower(scenario, sum.latency * wave) };
}

/** All that hits a slot as one. */
function sumOf(hits: readonly Hit[]): Required<Hit> {
  return {
    errors: hits.reduce((product, hit) => product * (hit.errors ?? 1), 1),
    addedErrors: hits.reduce((sum, hit) => sum + (hit.addedErrors ?? 0), 0),
    latency: hits.reduce((product, hit) => product * (hit.latency ?? 1), 1),
  };
}

/** Chance that a request of a scenario fails. */
function chanceOf({ errorRate }: Scenario, { errors, addedErrors }: Required<Hit>): number {
  return Math.min(1, errorRate * errors + addedErrors);
}
