import { healthyShapes } from './healthy-shapes.ts';
import { heldOutShapes } from './held-out-shapes.ts';
import { realisticRegressions, realisticShapes } from './realistic-shapes.ts';
import { regressions } from './regression-shapes.ts';
import type { Shape } from './shape-of.ts';

/** Every kind of rollout in the benchmark. */
export const shapes: readonly Shape[] = [
  ...healthyShapes,
  ...realisticShapes,
  ...regressions,
  ...realisticRegressions,
  ...heldOutShapes,
];
