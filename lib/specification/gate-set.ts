import * as z from 'zod';
import { defaultGates, type SpecGate, limitProblem, metricsOfGate, type WrittenGate, writtenGate } from './gate.ts';
import { prometheusServer } from '../metrics/prometheus/shape/server.ts';
import type { Metric } from '../metrics/shapes/registry.ts';
import { metrics, metricUnit } from './metric.ts';
import { quote } from './text/plain-text.ts';
import { type PresetName, presetNames, presets } from './presets.ts';

const presetExpected = `expected ${presetNames.join(', ')}, or a list of them`;
const presetName = z.enum(presetNames, presetExpected);

const writtenGates = z
  .array(writtenGate, 'expected a list of gates')
  .min(1, 'expected at least one gate')
  .max(20, 'expected at most 20 gates')
  .superRefine((list, context) => {
    list.forEach((current, index) => {
      if (list.findIndex((other) => other.name === current.name) === index) return;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `two gates are called ${quote(current.name)}, expected a name of its own for each`,
      });
    });
  });

/** What a spec says of its gates: fields of the spec itself. */
export const gateFields = {
  preset: z
    .union(
      [presetName, z.array(presetName).min(1, presetExpected).max(presetNames.length, presetExpected)],
      presetExpected,
    )
    .optional()
    .meta({
      kind: '`web`, `strict`, `business`, or a list',
      description: 'Gates with all their numbers, which `gates` changes one by one. See [presets](#presets)',
    }),
  gates: writtenGates.optional().meta({
    bounds: '1 to 20 entries',
    defaultsTo: 'those of the preset, or the three of the annotated spec',
    description: 'What green is judged by, each period, in every step',
  }),
  metrics: metrics.prefault({}).meta({
    bounds: 'up to 20',
    description:
      "The team's own metrics, of CloudWatch or Prometheus, by the name that gates use. See [metrics](#metrics)",
  }),
  prometheus: prometheusServer
    .optional()
    .describe('Where the queries of `metrics` are asked. Either `url`, or `workspace`. See [Prometheus](metrics.md)'),
};

interface Written {
  readonly preset?: PresetName | PresetName[] | undefined;
  readonly gates?: readonly WrittenGate[] | undefined;
  readonly metrics: Readonly<Record<string, Metric>>;
}

interface Wrong {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Says where the gates of a spec do not fit its preset. */
export function checkGates(written: Written, context: z.RefinementCtx): void {
  const { wrong, byName } = mergedGates(written);
  for (const { path, message } of wrong) context.addIssue({ code: 'custom', path: [...path], message });
  if (byName.size > 0) return;
  context.addIssue({ code: 'custom', path: ['gates'], message: 'every gate is off, expected at least one' });
}

/** The gates of a spec, whole, and the metrics that they read besides those of Sluice itself. */
export function resolveGates(written: Written): { gates: SpecGate[]; metrics: Record<string, Metric> } {
  const gates = [...mergedGates(written).byName.values()];
  const read = new Set(gates.flatMap((gate) => metricsOfGate(gate)));
  const ofPresets = presetsOf(written).flatMap((one) => Object.entries(one.metrics));
  const known: Record<string, Metric> = Object.fromEntries([
    ...ofPresets.filter(([name]) => read.has(name)),
    ...Object.entries(written.metrics),
  ]);
  return {
    gates: gates.map((gate) => ('value' in gate ? { ...gate, unit: metricUnit(gate.value.metric, known) } : gate)),
    metrics: known,
  };
}

function presetsOf({ preset }: Written) {
  return preset === undefined ? [] : [preset].flat().map((name) => presets[name]);
}

function mergedGates(written: Written): {
  readonly byName: ReadonlyMap<string, SpecGate>;
  readonly wrong: readonly Wrong[];
} {
  const isPreset = written.preset !== undefined;
  const ofPreset = isPreset ? presetsOf(written).flatMap(({ gates }) => gates) : [];
  const start = !isPreset && written.gates === undefined ? defaultGates : ofPreset;
  const byName = new Map(start.map((gate) => [gate.name, gate]));
  const wrong = (written.gates ?? []).flatMap((gate, index) => apply(byName, gate, index, isPreset) ?? []);
  return { byName, wrong };
}

/** Adds a whole gate, or changes or removes the preset's one of that name; says what is wrong with it. */
function apply(
  byName: Map<string, SpecGate>,
  written: WrittenGate,
  index: number,
  isPreset: boolean,
): Wrong | undefined {
  const path = ['gates', index];
  if ('bad' in written || 'good' in written || 'value' in written) {
    byName.set(written.name, written);
    return undefined;
  }
  const former = byName.get(written.name);
  if (former === undefined) return { path, message: nothingToChange(written.name, [...byName.keys()], isPreset) };
  const { off, ...changes } = written;
  if (off === true) {
    byName.delete(written.name);
    return undefined;
  }
  if (!('value' in former) && (changes.better !== undefined || changes.sumOver !== undefined)) {
    const key = changes.better === undefined ? 'sumOver' : 'better';
    return {
      path: [...path, key],
      message: `${quote(written.name)} is a share, expected \`${key}\` only beside \`value\``,
    };
  }
  const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const gate: SpecGate = { ...former, ...said };
  byName.set(written.name, gate);
  const problem = limitProblem(gate);
  return problem === undefined
    ? undefined
    : { path: [...path, written.pass === undefined ? 'abort' : 'pass'], message: problem };
}

function nothingToChange(name: string, known: readonly string[], isPreset: boolean): string {
  const whole = '`bad` and `total`, `good` and `total`, or `value`';
  return isPreset
    ? `the preset has no gate ${quote(name)} to change, expected one of ${known.join(', ')}, or ${whole}`
    : `gate ${quote(name)} does not say what it reads, expected ${whole}`;
}
