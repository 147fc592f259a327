import { stickyClients } from './arrivals.ts';
import { always, bump, clumped, coldAtEachWeight, type Shape, shape } from './shape-of.ts';

/** Nothing was tuned on these kinds: no constant of the analysis was chosen by what they show. */
const heldOut = { isHeldOut: true, isInMeans: false };
const bad = { ...heldOut, healthy: false, isLarge: true };

/** Versions that are as good as blue, and some that are not, for a look from outside. */
export const heldOutShapes: readonly Shape[] = [
  shape('held out: clumps of 7, 20/s, rhythm of 3 h', {
    ...heldOut,
    ...clumped({ mean: 7 }),
    rate: 20,
    rhythm: { amplitude: 0.4, minutes: 180 },
  }),
  shape('held out: bursts of 10-80, 2 an hour, 500/s', {
    ...heldOut,
    ...clumped({ burstsPerHour: 2, burstFrom: 10, burstTo: 80 }),
    rate: 500,
  }),
  shape("held out: a slot's rate varies (gamma, shape 1), 10/s", {
    ...heldOut,
    ...clumped({ frailty: 1 }),
    rate: 10,
    errorRate: 0.01,
  }),
  shape('held out: cold at each weight: 3x latency, 1 min, 300/s', {
    ...heldOut,
    ...coldAtEachWeight(3, 1),
    rate: 300,
  }),
  shape('held out: 4x errors and 1.8x latency of both for 2-30 min, 30/s', {
    ...heldOut,
    ...bump(2, 30, () => ({ errors: 4, latency: 1.8 })),
    rate: 30,
  }),
  shape('held out: 5 % of minutes missing, long-tailed latency, 8/s', {
    ...heldOut,
    missing: 0.05,
    latencySpread: 0.9,
    latencyP95: 1,
    rate: 8,
  }),
  shape('held out: sticky, 1,000 clients', {
    ...heldOut,
    sticky: true,
    arrivals: stickyClients(1000, 100, 0.004),
  }),
  shape('held out: 4x errors, 30/s', { ...bad, rate: 30, ...always({ errors: 4 }) }),
  shape('held out: 5 % errors in clumps of 3, 10/s', {
    ...bad,
    ...clumped({ mean: 3 }),
    rate: 10,
    ...always({ addedErrors: 0.05 }),
  }),
  shape('held out: 6x errors from 25 % on, 60/s', {
    ...bad,
    rate: 60,
    beginsAtWeight: 25,
    green: () => (_, weight) => (weight >= 25 ? { errors: 6 } : {}),
  }),
  shape('held out: 3x latency, noisy, 40/s', {
    ...bad,
    rate: 40,
    latencyNoise: { shared: 0.08, slot: 0.06 },
    ...always({ latency: 3 }),
  }),
];
