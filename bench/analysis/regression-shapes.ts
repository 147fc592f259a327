import { clumped, fast, harder, noHistory, type Shape, shape, slow } from './shape-of.ts';
import type { Hit, Hits } from './traffic.ts';

function regression(name: string, green: Hits, change: Partial<Shape> = {}): Shape {
  return shape(name, { healthy: false, isLarge: true, green: () => green, ...change });
}

function constant(name: string, hit: Hit, change: Partial<Shape> = {}): Shape {
  return regression(name, () => hit, { isConstant: true, ...change });
}

const small = { isLarge: false };
/** Something that green shows from a weight on. */
function fromWeight(least: number, name: string, hit: Hit, change: Partial<Shape> = {}): Shape {
  const green = (_: number, weight: number): Hit => (weight >= least ? hit : {});
  return regression(name, green, { beginsAtWeight: least, ...change });
}

/** Versions that are worse than blue. */
export const regressions: readonly Shape[] = [
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
  constant(
    'a burst an hour, green fails 0.3 % steadily',
    { addedErrors: 0.003 },
    { errorRate: 0, isInMeans: false, ...clumped({ burstsPerHour: 1, burstFrom: 20, burstTo: 100 }) },
  ),
  fromWeight(90, '5x errors only at 90 %', { errors: 5 }, { isInMeans: false }),
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
