import * as z from 'zod';
import { duration, limit } from './quantity.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a short name in lower case, such as error-rate')
  .meta({
    kind: 'name',
    bounds: 'up to 40 lower-case letters, digits and `-`',
    description:
      'Names the gate in events and messages. A name of the preset changes that gate and keeps the rest of it',
  });

/** Names a series: one that Sluice reads by itself, or one of the spec's `metrics`. */
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

const requestsExpected = 'expected a whole number, 1 to 1000000';

const pass = limit.describe('Within it the gate passes; beyond it green waits');
const abort = limit.meta({
  bounds: 'from `0`, not within `pass`',
  description: 'Beyond it green goes back. Beyond is above, or below where higher is better (`good`, `better: higher`)',
});

const common = {
  name,
  compare: z
    .boolean('expected true or false')
    .optional()
    .describe('Whether green is compared with blue in the same period. Without it: for shares and latencies'),
  tolerance: tolerance.optional().describe('How many times as bad as blue green may be. Without it: 1.25'),
  warmUp: duration({ max: 3600 })
    .optional()
    .describe(
      "How long from green's first traffic on this gate is not judged. Without it: three minutes (of `analysis.clumps`) for latencies, CPU and memory, nothing for the rest",
    ),
  minimumRequests: z.int(requestsExpected).min(1, requestsExpected).max(1_000_000, requestsExpected).optional().meta({
    bounds: '`1` to `1000000`',
    description: 'Fewest of its `total` in a step that count as evidence. Without it: `minimumRequests` of the spec',
  }),
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

const total = series('Its metric: a count').describe('What `bad` or `good` is a share of');

const shareGate = z.strictObject({
  ...common,
  pass,
  abort,
  bad: series('Its metric: a count').describe(
    'What counts as bad. A gate has either `bad` and `total`, `good` and `total`, or `value`',
  ),
  total,
});

const successGate = z.strictObject({
  ...common,
  pass,
  abort,
  good: series('Its metric: a count').describe('What counts as a success; the more of `total`, the better'),
  total,
});

const valueKeys = {
  better: z
    .enum(['lower', 'higher'], 'expected lower or higher')
    .optional()
    .describe('Which way the value is better. Without it: `lower`'),
  sumOver: duration({ min: 1, max: 86_400 })
    .optional()
    .describe(
      'Judges the sum of the value over this much time instead of the value, so that a few bad periods add up: "failed more than 3 times"',
    ),
};

const valueGate = z.strictObject({
  ...common,
  pass,
  abort,
  value: series('Its metric').describe('The value that is limited'),
  ...valueKeys,
});

const changes = z.strictObject({
  ...common,
  pass: pass.optional(),
  abort: abort.optional(),
  ...valueKeys,
  off: z.literal(true, 'expected true').optional().meta({
    kind: '`true`',
    description: 'Takes this gate out of the preset',
  }),
});

/** A change to a gate of the preset. What says what it reads is a whole gate, whatever it lacks. */
const changedGate = z.preprocess((written, context) => {
  const isWhole =
    typeof written === 'object' &&
    written !== null &&
    ['bad', 'good', 'value'].some((key) => Object.hasOwn(written, key));
  if (!isWhole) return written;
  context.addIssue('expected a whole gate');
  return z.NEVER;
}, changes);

/** A gate that says what it reads. */
export const wholeGate = z.union([shareGate, successGate, valueGate]);

/** A gate as a spec writes it: whole, or what it changes in a gate of the preset. */
export const writtenGate = z
  .union(
    [shareGate, successGate, valueGate, changedGate],
    'expected a gate with either `bad` and `total`, `good` and `total`, or `value`, or the name of a gate of the preset and what to change in it',
  )
  .superRefine((gate, context) => {
    const problem = 'bad' in gate || 'good' in gate || 'value' in gate ? limitProblem(gate) : undefined;
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['pass'], message: problem });
  });

export type WrittenGate = z.output<typeof writtenGate>;
/** Lower is better: what counts as bad, as a share of a total. */
export type ShareGate = z.output<typeof shareGate>;
/** Higher is better: what counts as a success, as a share of a total. */
export type SuccessGate = z.output<typeof successGate>;
/** A value and its direction. `unit` is filled in from the metric. */
export type ValueGate = z.output<typeof valueGate> & { readonly unit?: 'share' | 'seconds' | 'count' | undefined };
/** A metric, a limit to pass and a limit to abort, as a spec writes them. */
export type SpecGate = ShareGate | SuccessGate | ValueGate;
/** One whose limits are ceilings: what the analysis weighs. */
export type Gate = ShareGate | ValueGate;

/** The gates of a spec that names neither gates nor a preset. */
export const defaultGates: readonly SpecGate[] = [
  { name: 'error-rate', bad: { metric: 'errors' }, total: { metric: 'requests' }, pass: 0.01, abort: 0.05 },
  { name: 'latency-p95', value: { metric: 'latencyP95' }, pass: 2, abort: 5 },
  { name: 'unhealthy-hosts', value: { metric: 'unhealthyHosts' }, pass: 0, abort: 3 },
];

/** Whether more of it is better: its limits are floors. */
export function isBetterHigher(gate: SpecGate): boolean {
  return 'good' in gate || ('value' in gate && gate.better === 'higher');
}

/** What is wrong with the order of a gate's limits; `undefined` where nothing is. */
export function limitProblem(gate: SpecGate): string | undefined {
  const isHigher = isBetterHigher(gate);
  if (isHigher ? gate.pass >= gate.abort : gate.pass <= gate.abort) return undefined;
  const why = isHigher ? '; more is better here, so expected a higher limit to pass' : ', expected a lower one';
  // As numbers: who writes `pass: 1` for one percent sees what was understood.
  const shown = (limit: number) => ('value' in gate ? String(limit) : `${Number((limit * 100).toPrecision(6))}%`);
  return `the pass limit (${shown(gate.pass)}) lies beyond the abort limit (${shown(gate.abort)})${why}`;
}

/** Names of the metrics that a gate reads. */
export function metricsOfGate(gate: SpecGate): readonly string[] {
  if ('value' in gate) return [gate.value.metric];
  return ['good' in gate ? gate.good.metric : gate.bad.metric, gate.total.metric];
}
