import { shapeOf } from '../drivers/shapes/registry.ts';
import type { Doubt } from './doubt.ts';
import { isBetterHigher, metricsOfGate, type SpecGate } from './gate.ts';
import { ownMetrics } from './metric.ts';
import { presets } from './presets.ts';
import type { RolloutSpec } from './rollout-spec.ts';
import { valueAt } from './value-at.ts';

/** Something that a service is judged by unless its team decides otherwise. */
interface Judged {
  readonly what: string;
  /** Metrics of which a gate reads at least one. */
  readonly metrics: readonly string[];
  /** The gate of the preset `web` that carries the limits. */
  readonly gate: string;
  /** How that gate is written. */
  readonly line: string;
  /** Limits by metric: a gate on another one of `metrics` has limits of its own kind. */
  readonly limited?: { readonly metric: string; readonly pass: string; readonly abort: string };
}

const judged: readonly Judged[] = [
  {
    ...{ what: 'errors', metrics: ['errors'], gate: 'error-rate' },
    line: '- { name: error-rate, bad: { metric: errors }, total: { metric: requests }, pass: 1%, abort: 5% }',
    limited: { metric: 'errors', pass: '1%', abort: '5%' },
  },
  {
    ...{ what: 'latency', metrics: ['latencyP95', 'slow'], gate: 'latency-p95' },
    line: '- { name: latency-p95, value: { metric: latencyP95 }, pass: 2s, abort: 5s }',
    limited: { metric: 'latencyP95', pass: '2s', abort: '5s' },
  },
  {
    ...{ what: 'failed health checks', metrics: ['unhealthyHosts', 'healthyHosts'], gate: 'health-checks' },
    line: '- { name: health-checks, value: { metric: unhealthyHosts }, sumOver: 10m, pass: 3, abort: 3 }',
  },
  {
    ...{ what: 'availability', metrics: ['answered'], gate: 'availability' },
    line: '- { name: availability, good: { metric: answered }, total: { metric: requests }, pass: 99.9%, abort: 99% }',
    limited: { metric: 'answered', pass: '99.9%', abort: '99%' },
  },
  {
    ...{ what: 'CPU', metrics: ['cpu'], gate: 'cpu' },
    line: '- { name: cpu, value: { metric: cpu }, pass: 80%, abort: 95% }',
    limited: { metric: 'cpu', pass: '80%', abort: '95%' },
  },
  {
    ...{ what: 'memory', metrics: ['memory'], gate: 'memory' },
    line: '- { name: memory, value: { metric: memory }, pass: 85%, abort: 95% }',
    limited: { metric: 'memory', pass: '85%', abort: '95%' },
  },
];

const ofService: readonly string[] = ['cpu', 'memory'];

/**
 * Says where a spec judges less than the preset `web` with its limits, each with the line to write. Hints alone: a team may have its reasons.
 *
 * @param written the file as it was read: a gate that is off is in no spec
 */
export function lintJudgement(spec: RolloutSpec, written: unknown): readonly Doubt[] {
  const measurable = judged.filter(
    ({ metrics }) => shapeOf(spec).cannot.ownMetrics === undefined || !metrics.some((one) => ofService.includes(one)),
  );
  return [...measurable.flatMap((one) => doubtsOf(one, spec, written)), ...businessDoubts(spec, written)];
}

function doubtsOf(one: Judged, spec: RolloutSpec, written: unknown): readonly Doubt[] {
  const reading = spec.gates.filter((gate) => metricsOfGate(gate).some((metric) => one.metrics.includes(metric)));
  const acting = reading.filter(({ dryRun }) => dryRun !== true);
  if (acting.length > 0) return looserDoubts(one, acting, written);
  const [shown] = reading;
  if (shown === undefined) {
    return [hint(['gates'], `no gate judges ${one.what}, expected ${remedyOf(one, written)}`)];
  }
  const message = `gate ${shown.name} judges ${one.what} and is never acted on, expected no \`dryRun: true\` once its limits fit`;
  return [hint(['gates', placeOf(shown.name, written), 'dryRun'], message)];
}

/** Of several gates on one metric the nearest limits count. */
function looserDoubts(
  { what, limited, gate: name }: Judged,
  acting: readonly SpecGate[],
  written: unknown,
): readonly Doubt[] {
  const required = presets.web.gates.find((gate) => gate.name === name);
  const own = acting.filter((gate) => limited !== undefined && isAlike(gate, limited.metric, required));
  const [first] = own;
  if (limited === undefined || required === undefined || first === undefined || own.length < acting.length) return [];
  const isHigher = isBetterHigher(required);
  return (['pass', 'abort'] as const).flatMap((key): readonly Doubt[] => {
    const isLooser = (gate: SpecGate) => (isHigher ? gate[key] < required[key] : gate[key] > required[key]);
    // A gate that turns its metric round has limits that cannot be held against these.
    if (own.some((gate) => isBetterHigher(gate) !== isHigher || !isLooser(gate))) return [];
    const message = `the ${key} limit of ${what} is looser than that of the preset web, expected \`${key}: ${limited[key]}\` unless the service cannot keep it`;
    return [hint(['gates', placeOf(first.name, written), key], message)];
  });
}

/** A share and a value, or one of a sum, have limits in different units. */
function isAlike(gate: SpecGate, metric: string, required: SpecGate | undefined): boolean {
  if (!metricsOfGate(gate).includes(metric) || required === undefined) return false;
  return 'value' in gate === 'value' in required && 'sumOver' in gate === 'sumOver' in required;
}

/** A preset is a team's word on what it judges: only a spec without one is asked about business. */
function businessDoubts({ gates }: RolloutSpec, written: unknown): readonly Doubt[] {
  if (valueAt(written, 'preset') !== undefined) return [];
  const reads = gates.some((gate) => metricsOfGate(gate).some((metric) => !Object.hasOwn(ownMetrics, metric)));
  if (reads) return [];
  const preset = valueAt(written, 'gates') === undefined ? '[web, business]' : 'business';
  const message = `no gate judges what people come for, such as logins that succeed, expected \`preset: ${preset}\`, or a gate on a metric of \`metrics\``;
  return [hint(['gates'], message)];
}

/** The line that makes the gates judge it. */
function remedyOf({ gate, line }: Judged, written: unknown): string {
  const [preset, gates] = [valueAt(written, 'preset'), valueAt(written, 'gates')];
  const list: readonly unknown[] = Array.isArray(gates) ? gates : [];
  const own = list.find((one) => valueAt(one, 'name') === gate);
  if (valueAt(own, 'off') === true) return `no \`off: true\` at gate ${gate}`;
  if (preset === undefined && gates === undefined) return '`preset: web`';
  if (typeof preset === 'string' && preset === 'business') return '`preset: [web, business]`';
  return `\`${line}\` in \`gates\``;
}

/** Where a gate stands in the file; the end of the list for one that only a preset names. */
function placeOf(name: string, written: unknown): number {
  const gates = valueAt(written, 'gates');
  if (!Array.isArray(gates)) return 0;
  const index = gates.findIndex((one: unknown) => valueAt(one, 'name') === name);
  return index === -1 ? gates.length : index;
}

function hint(path: Doubt['path'], message: string): Doubt {
  return { path, severity: 'hint', message };
}
