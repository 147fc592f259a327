import type { Random } from '../../lib/calibration/random.ts';
import {
  always,
  bump,
  clumped,
  cold,
  coldAtEachWeight,
  coldUntil,
  fast,
  harder,
  noHistory,
  type Shape,
  shape,
  slow,
  within100,
} from './shape-of.ts';
import type { Hit } from './traffic.ts';

const outage = bump(3, 10, (random) => ({ addedErrors: 0.05 + 0.45 * random.uniform() }));
const wave = bump(5, 20, (random) => ({ latency: 1.5 + 2 * random.uniform() }));

function swings(random: Random): (minute: number) => Hit {
  const phase = random.uniform() * 2 * Math.PI;
  return (minute) => ({ latency: 1 + 0.4 * Math.sin((2 * Math.PI * minute) / 25 + phase) });
}

/** Versions that are as good as blue. */
export const healthyShapes: readonly Shape[] = [
  shape('independent errors, 2/s', slow),
  shape('independent errors, 100/s'),
  shape('independent errors, 2000/s', fast),
  shape('clumps of 5 (mean), 2/s', { ...clumped({ mean: 5 }), ...slow }),
  shape('clumps of 5 (mean), 100/s', clumped({ mean: 5 })),
  shape('clumps of 12 (mean), 100/s', clumped({ mean: 12 })),
  shape('clumps of 12 (mean), 100/s, 60 min of history', { ...clumped({ mean: 12 }), historyMinutes: 60 }),
  shape('clumps of 12 (mean), 2000/s', { ...clumped({ mean: 12 }), ...fast }),
  shape('bursts of 5-20, 20 an hour', clumped({ burstsPerHour: 20, burstTo: 20 })),
  shape('bursts of 5-50, 6 an hour', clumped({ burstsPerHour: 6 })),
  shape("a slot's rate varies (gamma, shape 2)", clumped({ frailty: 2 })),
  shape("a slot's rate varies (gamma, shape 0.5)", clumped({ frailty: 0.5 })),
  shape("a slot's rate varies (gamma, shape 0.5), 2000/s", { ...clumped({ frailty: 0.5 }), ...fast }),
  shape('shared outage, 2/s', { ...outage, ...slow }),
  shape('shared outage, 100/s', outage),
  shape('shared outage, 2000/s', { ...outage, ...fast }),
  shape(
    'shared brown-out',
    bump(3, 15, (random) => ({ errors: 3 + 10 * random.uniform() })),
  ),
  shape('shared latency wave, 100/s', wave),
  shape('shared latency wave, 2000/s', { ...wave, ...fast }),
  shape('latency swings all the time', { shared: swings, mayHold: true }),
  shape('near the limits, 2/s', { errorRate: 0.009, latencyP95: 1.9, ...slow }),
  shape('near the limits, 100/s', { errorRate: 0.009, latencyP95: 1.9 }),
  shape('beyond the pass limits, 100/s', { errorRate: 0.012, latencyP95: 2.1 }),
  shape('cold: 3x latency, 2 min', cold(3, 1, 2)),
  shape('cold: 2.5x latency, 2x errors, 1.5 min', cold(2.5, 2, 1.5)),
  shape('cold: 3x latency, 2 min, 2/s', { ...cold(3, 1, 2), ...slow }),
  shape('cold: 3x latency, 2 min, 2000/s', { ...cold(3, 1, 2), ...fast }),
  shape('cold: 2.5x latency, 2x errors, 3 min flat', coldUntil(3, 2.5, 2)),
  shape('cold at each weight: 2.5x latency, 1.5 min', coldAtEachWeight(2.5, 1.5)),
  shape('cold at each weight: 2x latency for a minute', {
    green: () => (_, __, minuteOfStep) => (minuteOfStep < 2 ? { latency: 2 } : {}),
  }),
  shape('cold at each weight: 2.5x latency, 1.5 min, 2000/s', { ...coldAtEachWeight(2.5, 1.5), ...fast }),
  shape('wave in the watch at 100 %: latency +20 %', within100(20, { latency: 1.2 })),
  shape('wave in the watch at 100 %: latency +50 %', within100(20, { latency: 1.5 })),
  shape('wave in the watch at 100 %: 3x errors', within100(20, { errors: 3 })),
  shape('nothing but a burst of 20-100 an hour', {
    errorRate: 0,
    ...clumped({ burstsPerHour: 1, burstFrom: 20, burstTo: 100 }),
  }),
  shape('daily rhythm', { rhythm: { amplitude: 0.5, minutes: 240 } }),
  shape('missing minutes', { missing: 0.07 }),
  shape('noisy latency', { latencyNoise: { shared: 0.1, slot: 0.08 } }),
  shape('long-tailed latency', {
    latencyP95: 1.2,
    latencySpread: 0.7,
    latencyNoise: { shared: 0.05, slot: 0.05 },
  }),
  shape('tolerated: 1.25x errors', always({ errors: 1.25 })),
  shape('no history: independent errors', noHistory),
  shape('no history: clumps of 5 (mean)', { ...clumped({ mean: 5 }), ...noHistory }),
  shape('no history: clumps of 12 (mean)', { ...clumped({ mean: 12 }), ...noHistory }),
  shape('no history: bursts of 5-50', { ...clumped({ burstsPerHour: 6 }), ...noHistory }),
  shape('no history: cold', { ...cold(3, 1, 2), ...noHistory }),
  shape('bursts of 5-50, 1 an hour', { ...clumped({ burstsPerHour: 1 }), ...harder }),
  shape('cold: 3x latency and errors, 2 min', { ...cold(3, 3, 2), ...harder }),
  shape('cold: 3x errors, 3 min flat', { ...coldUntil(3, 1.5, 3), ...harder }),
  shape('tolerated: 1.25x errors, clumps of 5', { ...clumped({ mean: 5 }), ...always({ errors: 1.25 }), ...harder }),
];
