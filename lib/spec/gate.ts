import * as z from 'zod';
import { duration, limit } from './quantity.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a short name in lower case, such as error-rate')
  .meta({
    kind: 'name',
    bounds: 'up to 40 lower-case letters, digits and `-`',
    description: 'Names the gate in events and messages',
  });

/** Names a series of the metric source. */
function series(what: string) {
  return z.strictObject({
    metric: z
      .string()
      .regex(/^[a-zA-Z][a-zA-Z0-9]{0,39}$/, 'expected the name of a metric, such as errors')
      .meta({ kind: 'metric', description: what }),
  });
}

/** How many times as bad as blue green may be. */
export const tolerance = z
  .number('expected a factor such as 1.25')
  .min(1, 'expected a factor of at least 1, such as 1.25')
  .max(10, 'expected a factor of at most 10')
  .meta({ kind: 'factor', bounds: '`1` to `10`' });

const common = {
  name,
  pass: limit.describe('Within it the gate passes; beyond it green waits'),
  abort: limit.meta({ bounds: 'from `0`, at least `pass`', description: 'Beyond it green goes back' }),
  compare: z
    .boolean('expected true or false')
    .optional()
    .describe('Whether green is compared with blue in the same period. Without it: for shares and latencies'),
  tolerance: tolerance.optional().describe('How many times as bad as blue green may be. Without it: 1.25'),
  warmUp: duration({ max: 3600 })
    .optional()
    .describe(
      "How long from green's first traffic on this gate is not judged. Without it: three periods for latencies, CPU and memory, nothing for the rest",
    ),
  whenBlueToo: z
    .enum(['hold', 'roll-back', 'ignore'], 'expected hold, roll-back or ignore')
    .optional()
    .describe('What happens where green breaks the abort limit and blue does too. Without it: `hold`'),
  afterHold: z
    .enum(['roll-back', 'ask'], 'expected roll-back or ask')
    .optional()
    .describe('What happens where a bake is still undecided when its hold ends. Without it: `roll-back`'),
  dryRun: z
    .boolean('expected true or false')
    .optional()
    .describe('Judged and shown, never acted on. Without it: false'),
};

const shareGate = z.strictObject({
  ...common,
  bad: series('Its metric: a count').describe('What counts as bad. A gate has either `bad` and `total`, or `value`'),
  total: series('Its metric: a count').describe('What `bad` is a share of'),
});

const valueGate = z.strictObject({
  ...common,
  value: series('Its metric').describe('The value that is limited'),
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
