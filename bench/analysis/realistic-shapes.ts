import { rampOf, recordedLatency, recordedVolumes, stickyClients, webLog } from './arrivals.ts';
import type { Random } from '../../lib/calibration/random.ts';
import { always, clumped, coldAtEachWeight, type Shape, shape } from './shape-of.ts';
import type { Hit, Hits } from './traffic.ts';

/** Something that hits both slots for some minutes of every so many, history included. */
function every(minutes: number, lasts: number, hit: Hit): Partial<Shape> {
  const shared = (random: Random): Hits => {
    const phase = random.integer(0, minutes - 1);
    return (minute) => ((minute + phase + 10 * minutes) % minutes < lasts ? hit : {});
  };
  return { shared, mayHold: true };
}

/** Something that grows for both slots to a factor within so many minutes and stays. */
function growing(lasts: number, hit: (part: number) => Hit): Partial<Shape> {
  const shared = (random: Random): Hits => {
    const begins = random.integer(0, 60);
    return (minute) => hit(Math.min(1, Math.max(0, (minute - begins) / lasts)));
  };
  return { shared, mayHold: true };
}

const ofLog = { rate: 50 / 60, errorRate: 0.007, historyMinutes: 120 };
const log = { ...ofLog, arrivals: webLog('request') };
const logByClient = { ...ofLog, arrivals: webLog('client'), sticky: true };
const usualDay = { rate: 29_000, arrivals: recordedVolumes('ingress-usual-day.txt', 1, 1000) };
const oddDay = { rate: 29_000, arrivals: recordedVolumes('ingress-odd-day.txt', 1, 1000) };
const elb = { rate: 12 / 60, arrivals: recordedVolumes('elb-requests.txt', 5, 1 / 5) };
const week = (number: '01' | '09' | '12', rate: number) => ({
  rate: rate / 60,
  arrivals: recordedVolumes(`outbound-${number}.txt`, 60, 1),
});
const wandering = { rate: 50_000, wander: { spread: 0.2, minutes: 10 } };
const sticky = (population: number) => ({ sticky: true, arrivals: stickyClients(population, 100, 0.002) });
const failing = { arrivals: recordedLatency('request-latency.txt', 100) };

/** Versions that are as good as blue, on traffic as it is. */
export const realisticShapes: readonly Shape[] = [
  shape('a deploy beside each 45 min: 2x latency, 3x errors for 5 min', every(45, 5, { latency: 2, errors: 3 })),
  shape('an hourly job: 1.6x latency for 8 min', every(60, 8, { latency: 1.6 })),
  shape('an hourly burst of failures of both, 2 % for 2 min', every(60, 2, { addedErrors: 0.02 })),
  shape('a burst of 20-200 each 4 h', clumped({ burstsPerHour: 0.25, burstFrom: 20, burstTo: 200 })),
  shape('traffic doubles within 30 min', { arrivals: rampOf(100, 2, 30) }),
  shape('traffic x8 within 10 min, both 1.5x slower', {
    ...growing(10, (part) => ({ latency: 1 + 0.5 * part })),
    arrivals: rampOf(50, 8, 10),
  }),
  shape(
    'errors of both grow to 5x within an hour',
    growing(60, (part) => ({ errors: 1 + 4 * part })),
  ),
  shape('time of day: rhythm of 24 h', { rhythm: { amplitude: 0.6, minutes: 1440 } }),
  shape('50,000/s, slots wander by 20 %', wandering),
  shape('cold cache at each weight: 2x latency over 6 min', coldAtEachWeight(2, 6)),
  shape('cold cache: 2x latency over 6 min, once', {
    green: () => (minute) => ({ latency: 1 + Math.exp(-minute / 6) }),
  }),
  shape('quiet: 30 a minute', { rate: 30 / 60 }),
  shape('quiet: 5 a minute', { rate: 5 / 60, mayHold: true }),
  shape('quiet: 5 a minute, proposed bakes', { rate: 5 / 60, hasProposedBakes: true }),
  shape('quiet: 1 a minute', { rate: 1 / 60, mayHold: true }),
  shape('sticky: 300 clients', sticky(300)),
  shape('sticky: 3,000 clients', sticky(3000)),
  shape('sticky: 20,000 clients', sticky(20_000)),
  shape('real log by request', log),
  shape('real log by client', logByClient),
  shape('real ingress, usual day', usualDay),
  shape('real ingress, odd day', oddDay),
  shape('real volumes 01, 58 a minute', week('01', 58)),
  shape('real volumes 09, 620 a minute', week('09', 620)),
  shape('real volumes 12, 1,320 a minute', week('12', 1320)),
  shape('real ELB, 12 a minute', { ...elb, mayHold: true }),
  shape('real latency with its failure', { ...failing, mayHold: true }),
];

const bad = { healthy: false, isLarge: true, isInMeans: false };

/** Versions that are worse than blue, on traffic as it is. */
export const realisticRegressions: readonly Shape[] = [
  shape('real log by request: 10 % more fail', { ...log, ...bad, ...always({ addedErrors: 0.1 }) }),
  shape('real log by client: 30 % more fail', { ...logByClient, ...bad, ...always({ addedErrors: 0.3 }) }),
  shape('real ingress, odd day: 3x errors', { ...oddDay, ...bad, ...always({ errors: 3 }) }),
  shape('real volumes 12: 3x latency', { ...week('12', 1320), ...bad, ...always({ latency: 3 }) }),
  shape('real volumes 01: half fail', { ...week('01', 58), ...bad, ...always({ addedErrors: 0.5 }) }),
  shape('real ELB, 12 a minute: half fail', { ...elb, ...bad, ...always({ addedErrors: 0.5 }) }),
  shape('real latency with its failure: 3x latency', { ...failing, ...bad, ...always({ latency: 3 }) }),
  shape('quiet: 30 a minute, half fail', { rate: 30 / 60, ...bad, ...always({ addedErrors: 0.5 }) }),
  shape('sticky: 3,000 clients, 5x errors', { ...sticky(3000), ...bad, ...always({ errors: 5 }) }),
  shape('50,000/s, slots wander by 20 %: 3x errors', { ...wandering, ...bad, ...always({ errors: 3 }) }),
  shape('traffic doubles within 30 min: 4x latency', {
    arrivals: rampOf(100, 2, 30),
    ...bad,
    ...always({ latency: 4 }),
  }),
];
