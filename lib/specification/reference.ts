import { stringify } from 'yaml';
import * as z from 'zod';
import { isBetterHigher, metricsOfGate } from './gate.ts';
import { metricUnit } from './metric.ts';
import { presetNames, presets } from './presets.ts';
import { formatDuration } from './quantity.ts';
import { branchesOf, fieldPathsOf, schemasAt } from './schema-fields.ts';

type Schema = z.core.$ZodType;

/** One row of the reference: everything a person needs to write a field. Cells are Markdown. */
export interface ReferenceRow {
  readonly field: string;
  readonly type: string;
  readonly written: string;
  readonly bounds: string;
  readonly meaning: string;
}

/** What a schema says of itself beside its checks, from the outside in: the outermost word counts. */
interface Words {
  readonly kind?: string;
  readonly bounds?: string;
  readonly description?: string | undefined;
  /** In place of a default too long for a table. */
  readonly defaultsTo?: string;
  readonly default?: unknown;
  readonly isOptional?: true;
}

/**
 * Every field of a schema, in its order: type, default, bounds and meaning as the schema itself tells them (`meta` and
 * `describe`). A field without a meaning is a mistake of the schema.
 * @throws Error that names the field
 */
export function referenceOf(schema: Schema): readonly ReferenceRow[] {
  return fieldPathsOf(schema)
    .filter((path) => !path.endsWith('[]'))
    .map((field) => rowOf(schema, field));
}

/** The rows as a Markdown table. */
export function referenceTable(rows: readonly ReferenceRow[]): string {
  const lines = rows.map(
    ({ field, type, written, bounds, meaning }) => `| \`${field}\` | ${type} | ${written} | ${bounds} | ${meaning} |`,
  );
  return ['| Field | Type | Default | Bounds | Meaning |', '|---|---|---|---|---|', ...lines]
    .map((line) => line.replaceAll('|  |', '| |'))
    .join('\n');
}

function rowOf(root: Schema, field: string): ReferenceRow {
  const path = field
    .replaceAll('[]', '.[]')
    .split('.')
    .map((part) => (part === '[]' ? 0 : part));
  const schemas = schemasAt(root, path);
  const [schema] = schemas;
  if (schema === undefined) throw new Error(`The schema has no ${field}.`);
  const parents = schemasAt(root, path.slice(0, -1)).flatMap((parent) => branchesOf(parent));
  const isOneWay = parents.length > schemas.length;
  const words = wordsOf(schema);
  if (words.description === undefined) throw new Error(`Field ${field} of the spec says nothing of itself.`);
  return {
    field,
    type: words.kind ?? typeOf(schema),
    written: isOneWay ? 'none' : defaultOf(words),
    bounds: words.bounds ?? '',
    meaning: words.description,
  };
}

function wordsOf(schema: Schema): Words {
  const own: Words = z.globalRegistry.get(schema) ?? {};
  if (schema instanceof z.ZodOptional) return { ...wordsOf(schema.unwrap()), ...own, isOptional: true };
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return { ...wordsOf(schema.unwrap()), ...own, default: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodPipe) {
    return { ...wordsOf(schema.in instanceof z.ZodTransform ? schema.out : schema.in), ...own };
  }
  return own;
}

function typeOf(schema: Schema): string {
  const [bare] = branchesOf(schema);
  if (bare instanceof z.ZodEnum) return oneOf(bare.options.map((option) => `\`${String(option)}\``));
  if (bare instanceof z.ZodArray) return 'list';
  if (bare instanceof z.ZodObject || bare instanceof z.ZodRecord) return 'map';
  if (bare instanceof z.ZodBoolean) return 'true or false';
  return bare instanceof z.ZodNumber ? 'number' : 'text';
}

function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

function defaultOf(words: Words): string {
  if (words.defaultsTo !== undefined) return words.defaultsTo;
  if ('default' in words) return `\`${flow(words.default)}\``;
  return words.isOptional === true ? 'none' : 'required';
}

/** On one line, as a spec writes it. A regular expression needs no quotes in YAML, and none are shown. */
function flow(value: unknown): string {
  if (typeof value === 'string' && value.includes('\\')) return value;
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0, singleQuote: true });
  return text
    .trimEnd()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('[ ', '[')
    .replaceAll(' ]', ']');
}

/** The presets' gates as rows of a Markdown table, limits as a spec writes them. */
export function presetRows(): readonly string[] {
  return presetNames.flatMap((preset) =>
    presets[preset].gates.map((gate) => {
      const unit = 'value' in gate ? metricUnit(gate.value.metric, presets[preset].metrics) : 'share';
      const floor = isBetterHigher(gate) ? 'at least ' : '';
      const over = 'value' in gate && gate.sumOver !== undefined ? `, summed over ${formatDuration(gate.sumOver)}` : '';
      const [pass, abort] = [gate.pass, gate.abort].map((limit) => writtenLimit(limit, unit));
      return `| \`${preset}\` | \`${gate.name}\` | ${metricsOfGate(gate).join(' of ')}${over} | ${floor}${pass ?? ''} | ${floor === '' ? 'above' : 'below'} ${abort ?? ''} |`;
    }),
  );
}

function writtenLimit(limit: number, unit: string | undefined): string {
  if (unit === 'share') return `${String(Number((limit * 100).toPrecision(12)))} %`;
  return unit === 'seconds' ? formatDuration(limit) : String(limit);
}
