import type { Random } from './random.ts';
import { firstMinuteAt, type Hit, type Scenario } from './traffic.ts';

/** A kind of rollout in the benchmark. */
export interface Shape extends Scenario {
  /** Whether docs/analysis.md promises a figure for it; the others are harder than what is promised. */
  readonly isPromised: boolean;
  /** What hits both slots may end a step in a hold. */
  readonly mayHold: boolean;
  /** A regression of three times and more, none of which may be missed. */
  readonly isLarge: boolean;
  /** A regression that is the same from the first request to the last, for which Wald's bound can be told. */
  readonly isConstant: boolean;
  /** Minute of the rollout at which green becomes worse than blue; what went wrong before is no judge's doing. */
  readonly beginsAt: number;
}

const independent = { mean: 1, burstsPerHour: 0, burstFrom: 5, burstTo: 50, burstMinutes: 2, frailty: Infinity };

const base: Omit<Shape, 'name'> = {
  healthy: true,
  rate: 100,
  errorRate: 0.002,
  latencyP95: 1.5,
  latencySpread: 0.28,
  latencyNoise: { shared: 0.03, slot: 0.02 },
  clumps: independent,
  historyMinutes: 120,
  rhythm: { amplitude: 0, minutes: 1440 },
  missing: 0,
  isPromised: true,
  mayHold: false,
  isLarge: false,
  isConstant: false,
  beginsAt: 0,
};

function shape(name: string, change: Partial<Shape> = {}): Shape {
  return { ...base, name, ...change };
}

function clumped(change: Partial<Scenario['clumps']>): Partial<Shape> {
  return { clumps: { ...independent, ...change } };
}

/** Something that hits both slots for a while, at a random time of the first 70 minutes. */
function bump(shortest: number, longest: number, hit: (random: Random) => Hit): Partial<Shape> {
  const shared = (random: Random) => {
    const start = random.integer(3, 60);
    const end = start + random.integer(shortest, longest);
    const inside = hit(random);
    return (minute: number): Hit => (minute >= start && minute < end ? inside : {});
  };
  return { shared, mayHold: true };
}

/** Green starts slow (and failing) and gets better, by a factor of e in so many minutes. */
function cold(latency: number, errors: number, minutes: number): Partial<Shape> {
  return {
    green: () => (minute) => {
      const left = Math.exp(-minute / minutes);
      return { latency: 1 + (latency - 1) * left, errors: 1 + (errors - 1) * left };
    },
  };
}

/** Green is slow (and failing) for so many minutes, then as good as blue. */
function coldUntil(minutes: number, latency: number, errors: number): Partial<Shape> {
  return { green: () => (minute) => (minute < minutes ? { latency, errors } : {}) };
}

function always(hit: Hit): Partial<Shape> {
  return { green: () => () => hit };
}

const outage = bump(3, 10, (random) => ({ addedErrors: 0.05 + 0.45 * random.uniform() }));
const wave = bump(5, 20, (random) => ({ latency: 1.5 + 2 * random.uniform() }));
const slow = { rate: 2 };
const fast = { rate: 2000 };
const noHistory = { historyMinutes: 0, isPromised: false };
const harder = { isPromised: false };

function swings(random: Random): (minute: number) => Hit {
  const phase = random.uniform() * 2 * Math.PI;
  return (minute) => ({ latency: 1 + 0.4 * Math.sin((2 * Math.PI * minute) / 25 + phase) });
}

/** Versions that are as good as blue. */
const healthyShapes: readonly Shape[] = [
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

function regression(name: string, green: (minute: number, weight: number) => Hit, change: Partial<Shape> = {}): Shape {
  return shape(name, { healthy: false, isLarge: true, green: () => green, ...change });
}

function constant(name: string, hit: Hit, change: Partial<Shape> = {}): Shape {
  return regression(name, () => hit, { isConstant: true, ...change });
}

const small = { isLarge: false };
/** Something that green shows from a weight on. */
function fromWeight(least: number, name: string, hit: Hit, change: Partial<Shape> = {}): Shape {
  const green = (_: number, weight: number): Hit => (weight >= least ? hit : {});
  return regression(name, green, { beginsAt: firstMinuteAt(least), ...change });
}

/** Versions that are worse than blue. */
const regressions: readonly Shape[] = [
  constant('1.5x errors, 100/s', { errors: 1.5 }, small),
  constant('1.5x errors, 2000/s', { errors: 1.5 }, { ...small, ...fast }),
  constant('3x errors, 100/s', { errors: 3 }),
  constant('3x errors, 2000/s', { errors: 3 }, fast),
  constant('10x errors, 100/s', { errors: 10 }),
  constant('10x errors, 2000/s', { errors: 10 }, fast),
  constant('10 % errors, 2/s', { addedErrors: 0.1 }, slow),
  constant('half fail, 2/s', { addedErrors: 0.5 }, slow),
  constant('half fail, 100/s', { addedErrors: 0.5 }),
  constant('half fail, 2000/s', { addedErrors: 0.5 }, fast),
  constant('+30 % latency, 100/s', { latency: 1.3 }, small),
  constant('2x latency, 100/s', { latency: 2 }, small),
  constant('4x latency, 2/s', { latency: 4 }, slow),
  constant('4x latency, 100/s', { latency: 4 }),
  constant('4x latency, 2000/s', { latency: 4 }, fast),
  fromWeight(50, '3x errors only under load', { errors: 3 }),
  fromWeight(50, '10x errors only under load', { errors: 10 }),
  fromWeight(50, '4x latency only under load', { latency: 4 }),
  regression('slow ramp to 10x errors', (minute) => ({ errors: 1 + (9 * minute) / 60 })),
  regression('slow ramp to 4x latency', (minute) => ({ latency: 1 + (3 * minute) / 60 })),
  constant('no history: 3x errors', { errors: 3 }, noHistory),
  constant('no history: 10x errors', { errors: 10 }, noHistory),
  constant('no history: 10 % errors, 2/s', { addedErrors: 0.1 }, { ...slow, ...noHistory }),
  constant('no history: half fail', { addedErrors: 0.5 }, noHistory),
  constant('no history: 4x latency', { latency: 4 }, noHistory),
  constant('3x errors in clumps of 3', { errors: 3 }, { ...clumped({ mean: 3 }), ...harder }),
  constant('10x errors in clumps of 5', { errors: 10 }, { ...clumped({ mean: 5 }), ...harder }),
  fromWeight(100, '3x errors only at 100 %', { errors: 3 }, harder),
  fromWeight(100, '4x latency only at 100 %', { latency: 4 }, harder),
];

export const shapes: readonly Shape[] = [...healthyShapes, ...regressions];
