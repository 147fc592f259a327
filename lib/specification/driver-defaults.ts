import { driverShapes } from '../drivers/shapes/registry.ts';
import type { DriverShape } from '../drivers/layout/driver-shape.ts';

type Shapes = Readonly<Record<string, Pick<DriverShape<never>, 'defaults'>>>;

/**
 * Returns a spec as it was written, with the defaults of its driver for what it leaves out. Whatever the value is, it never throws:
 * what is no spec comes back as it is.
 */
export function withDriverDefaults(written: unknown, shapes: Shapes = driverShapes): unknown {
  if (!isMap(written) || typeof written['driver'] !== 'string') return written;
  const shape = Object.hasOwn(shapes, written['driver']) ? shapes[written['driver']] : undefined;
  return shape === undefined ? written : filled(written, shape.defaults);
}

/** Maps are filled in field by field; anything else that is written stands as a whole. */
function filled(written: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>>): unknown {
  const missing = Object.entries(defaults).map(([key, value]): [string, unknown] => {
    const own = written[key];
    if (own === undefined) return [key, value];
    return [key, isMap(own) && isMap(value) ? filled(own, value) : own];
  });
  return { ...written, ...Object.fromEntries(missing) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
