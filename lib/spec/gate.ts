import * as z from 'zod';
import { duration, limit } from './quantity.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a short name in lower case, such as error-rate');

/** Names a series of the metric source: `requests`, `errors`, `slow`, `latencyP95`, `unhealthyHosts`, `healthyHosts`. */
const series = z.strictObject({
  metric: z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,39}$/, 'expected the name of a metric, such as errors'),
});

/** How many times as bad as blue green may be. */
export const tolerance = z
  .number('expected a factor such as 1.25')
  .min(1, 'expected a factor of at least 1, such as 1.25')
  .max(10, 'expected a factor of at most 10');

const common = {
  name,
  /** Beyond it the gate holds: green is not good enough to go on, not bad enough to go back. */
  pass: limit,
  /** Beyond it the gate fails: green is rolled back. */
  abort: limit,
  /** Whether green is compared with blue in the same minute; by default for shares and latencies. */
  compare: z.boolean('expected true or false').optional(),
  /** How many times as bad as blue green may be, for example 1.25. */
  tolerance: tolerance.optional(),
  /** How long from green's first traffic on nothing is judged; by default three periods for latencies, CPU and memory. */
  warmUp: duration({ max: 3600 }).optional(),
  /** What happens where green breaks the abort limit and blue does too. */
  whenBlueToo: z.enum(['hold', 'roll-back', 'ignore'], 'expected hold, roll-back or ignore').optional(),
  /** What happens where a bake is still undecided at its cap: roll back, or ask a person. */
  afterHold: z.enum(['roll-back', 'ask'], 'expected roll-back or ask').optional(),
  /** Judged and shown, never acted on. */
  dryRun: z.boolean('expected true or false').optional(),
};

const shareGate = z.strictObject({
  ...common,
  /** What counts as bad, for example `{ metric: errors }`. */
  bad: series,
  /** What it is a share of, for example `{ metric: requests }`. */
  total: series,
});

const valueGate = z.strictObject({
  ...common,
  /** The value itself, for example `{ metric: latencyP95 }`, in seconds. */
  value: series,
});

/** A metric, a limit to pass and a limit to abort; lower is better. */
export const gate = z
  .union([shareGate, valueGate], 'expected a gate with either `bad` and `total`, or `value`')
  .refine((g) => g.pass <= g.abort, { error: 'the pass limit lies beyond the abort limit', path: ['pass'] });

export type Gate = z.output<typeof gate>;
export type ShareGate = z.output<typeof shareGate>;
export type ValueGate = z.output<typeof valueGate>;

/** The gates of a spec that names none: the numbers of the product's requirements. */
export const defaultGates: readonly Gate[] = [
  { name: 'error-rate', bad: { metric: 'errors' }, total: { metric: 'requests' }, pass: 0.01, abort: 0.05 },
  { name: 'latency-p95', value: { metric: 'latencyP95' }, pass: 2, abort: 5 },
  { name: 'unhealthy-hosts', value: { metric: 'unhealthyHosts' }, pass: 0, abort: 3 },
];
