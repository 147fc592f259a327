import type { Random } from '../../lib/calibration/random.ts';
import { readLog, readNumbers } from './real/read-series.ts';

/** What one slot was sent in one minute. */
export interface SlotArrivals {
  readonly requests: number;
  /** Requests that fail whatever the version; absent where the scenario's error rate draws them. */
  readonly errors?: number;
}

/** What both slots were sent in one minute. */
export interface MinuteArrivals {
  readonly blue: SlotArrivals;
  readonly green: SlotArrivals;
  /** Factor on the latency of both. */
  readonly latency?: number;
}

/** Splits the traffic of a minute, counted from the first minute of history, by the share that green gets. */
export type Arrivals = (minute: number, share: number) => MinuteArrivals;

/** Draws the traffic of one rollout that takes so many minutes, its history included. */
export type ArrivalsSource = (random: Random, minutes: number) => Arrivals;

/** Traffic of so many requests a second, with a rhythm of a given amplitude and period in minutes; each request may go to either slot. */
export function steadyArrivals(
  rate: number,
  rhythm: { readonly amplitude: number; readonly minutes: number },
): ArrivalsSource {
  return (random) => {
    const phase = random.uniform() * 2 * Math.PI;
    return (minute, share) => {
      const factor = 1 + rhythm.amplitude * Math.sin((2 * Math.PI * minute) / rhythm.minutes + phase);
      return byRequest(random, random.poisson(rate * 60 * factor), share);
    };
  };
}

/** Traffic that grows (or shrinks) by a factor within so many minutes, at a random time of the rollout. */
export function rampOf(rate: number, factor: number, lasts: number): ArrivalsSource {
  return (random, minutes) => {
    const begins = minutes - random.integer(30, 90);
    return (minute, share) => {
      const grown = factor ** Math.min(1, Math.max(0, (minute - begins) / lasts));
      return byRequest(random, random.poisson(rate * 60 * grown), share);
    };
  };
}

/** Requests of a recorded series of sums, a stretch of it drawn at random; `every` is how many minutes a number covers. */
export function recordedVolumes(file: string, every: number, perMinute: number): ArrivalsSource {
  const values = readNumbers(file);
  return (random, minutes) => {
    const start = random.integer(0, Math.max(0, values.length * every - minutes - 1));
    return (minute, share) => {
      const at = (start + minute) / every;
      const [here = 0, next = here] = [values[Math.floor(at)], values[Math.floor(at) + 1]];
      return byRequest(random, random.poisson((here + (next - here) * (at % 1)) * perMinute), share);
    };
  };
}

/** Steady traffic whose latency follows a recorded one, by five minutes in percent of its median. */
export function recordedLatency(file: string, rate: number): ArrivalsSource {
  const values = readNumbers(file);
  return (random, minutes) => {
    const start = random.integer(0, Math.max(0, values.length * 5 - minutes - 1));
    return (minute, share) => ({
      ...byRequest(random, random.poisson(rate * 60), share),
      latency: (values[Math.floor((start + minute) / 5)] ?? 100) / 100,
    });
  };
}

/** The web server's log: its real requests and failures, split by request, or by client as sticky traffic is. */
export function webLog(by: 'request' | 'client'): ArrivalsSource {
  const log = readLog();
  return (random, minutes) => {
    const start = random.integer(0, Math.max(0, log.length - minutes - 1));
    // A client goes to green as soon as green's share exceeds its number, and stays there.
    const number = new Map<number, number>();
    const isGreen = (client: number, share: number): boolean => {
      const known = number.get(client) ?? random.uniform();
      number.set(client, known);
      return known < share;
    };
    return (minute, share) => {
      const sum = { blue: { requests: 0, errors: 0 }, green: { requests: 0, errors: 0 } };
      for (const { client, requests, errors } of log[start + minute] ?? []) {
        if (by === 'client') {
          const slot = isGreen(client, share) ? sum.green : sum.blue;
          slot.requests += requests;
          slot.errors += errors;
        } else {
          const greenErrors = random.binomial(errors, share);
          const greenRequests = greenErrors + random.binomial(requests - errors, share);
          sum.green.errors += greenErrors;
          sum.green.requests += greenRequests;
          sum.blue.errors += errors - greenErrors;
          sum.blue.requests += requests - greenRequests;
        }
      }
      return sum;
    };
  };
}

/**
 * So many clients that stay on one side each: how busy they are has a long tail (log-normal, spread 1.5), and one in fifty fails ten
 * times as often as all do on average.
 */
export function stickyClients(population: number, rate: number, errorRate: number): ArrivalsSource {
  return (random) => {
    const clients = Array.from({ length: population }, () => {
      const requests = Math.exp(1.5 * random.normal());
      return { number: random.uniform(), requests, failing: random.uniform() < 0.02 ? 10 : 40 / 49 };
    }).sort((left, right) => left.number - right.number);
    const all = clients.reduce((sum, { requests }) => sum + requests, 0);
    const scale = (rate * 60) / all;
    const byShare = new Map<number, readonly [requests: number, errors: number]>();
    const greens = (share: number): readonly [number, number] => {
      const known = byShare.get(share);
      if (known !== undefined) return known;
      let [requests, errors] = [0, 0];
      for (const client of clients) {
        if (client.number >= share) break;
        requests += client.requests * scale;
        errors += client.requests * scale * errorRate * client.failing;
      }
      byShare.set(share, [requests, errors]);
      return [requests, errors];
    };
    const drawn = (requests: number, errors: number): SlotArrivals => {
      const failed = random.poisson(errors);
      return { requests: failed + random.poisson(Math.max(0, requests - errors)), errors: failed };
    };
    return (_, share) => {
      const [requests, errors] = greens(Math.round(share * 200) / 200);
      const [every, failing] = greens(1);
      return { blue: drawn(every - requests, failing - errors), green: drawn(requests, errors) };
    };
  };
}

function byRequest(random: Random, total: number, share: number): MinuteArrivals {
  const green = random.binomial(total, share);
  return { blue: { requests: total - green }, green: { requests: green } };
}
