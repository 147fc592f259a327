import { healthyShapes } from './healthy-shapes.ts';
import { regressions } from './regression-shapes.ts';
import type { Shape } from './shape-of.ts';

/** Every kind of rollout in the benchmark. */
export const shapes: readonly Shape[] = [...healthyShapes, ...regressions];
