import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { parse } from 'yaml';
import { ownMetrics } from '../../lib/specification/metric.ts';
import { declarationOf } from '../../lib/specification/type-of-schema.ts';
import { rolloutJsonSchema } from '../../lib/specification/json-schema.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { presetRows, referenceOf, referenceTable } from '../../lib/specification/reference.ts';
import { formatDuration, parseDuration } from '../../lib/specification/quantity.ts';
import { rolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { branchesOf, fieldPathsOf, schemasAt } from '../../lib/specification/schema-fields.ts';
import { exampleSpec, minimalSpec } from './example-spec.ts';

const page = readFileSync(new URL('../../docs/specification.md', import.meta.url), 'utf8');

function section(title: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
}

/** Rows of the section's table whose first cell is code. */
function rows(title: string): readonly (readonly string[])[] {
  return section(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const reference = rows('Reference').map(([field = '', , written = '', bounds = '', meaning = '']) => ({
  field: field.replaceAll('`', ''),
  written,
  bounds,
  meaning,
}));

/** `steps[].bake` as a path of the schema. */
function pathOf(field: string): readonly PropertyKey[] {
  return field
    .replaceAll('[]', '.[]')
    .split('.')
    .map((part) => (part === '[]' ? 0 : part));
}

function leafOf(field: string): z.core.$ZodType {
  const [schema] = schemasAt(rolloutSpec, pathOf(field));
  if (schema === undefined) throw new Error(`The schema has no ${field}.`);
  return schema;
}

const accepts = (field: string, value: unknown) => z.safeParse(leafOf(field), value).success;

/** The value just outside a bound, in the writing of the bound. */
function beyond(bound: string, direction: 1 | -1): unknown {
  const seconds = parseDuration(bound);
  if (seconds === undefined) return Number(bound) + direction;
  return seconds === 0 && direction === -1 ? '-1s' : formatDuration(seconds + direction * 0.001);
}

describe('docs/specification.md', () => {
  test('shows the example that is checked', () => {
    expect(page).toContain(`\`\`\`yaml\n${exampleSpec}\`\`\`\n`);
  });

  test('documents every field once, and nothing that is none', () => {
    expect(reference.map(({ field }) => field).toSorted()).toEqual(
      fieldPathsOf(rolloutSpec)
        .filter((path) => !path.endsWith('[]'))
        .toSorted(),
    );
    for (const { meaning } of reference) expect(meaning).not.toBe('');
  });

  test('has the presets with their numbers (else: npm run generate)', () => {
    expect(page).toContain(`\n${presetRows().join('\n')}\n\n`);
  });

  test('has the reference that is generated from the schema', () => {
    expect(page).toContain(`\n${referenceTable(referenceOf(rolloutSpec))}\n`);
  });

  const defaults = reference.flatMap(({ field, written }) => {
    const value = /^`(.*)`$/.exec(written)?.[1];
    // What stands under a name of the author's own has no place in the minimal spec: metrics.test.ts has it.
    return value === undefined || field.includes('<name>') ? [] : [{ field, value }];
  });

  test.each(defaults)('the default of $field is $value', ({ field, value }) => {
    const written: unknown = field === 'image.tagPattern' ? value : parse(value);

    expect(parsedWith(field, written)).toEqual(parsedWith(field, undefined));
  });

  test('says of each field whether it is required', () => {
    const required = reference.filter(({ written }) => written === 'required').map(({ field }) => field);
    const optional = reference.filter(({ written }) => written !== 'required').map(({ field }) => field);
    // One branch of a union lacks the other's keys: an entry of `traffic`, the kinds of a gate.
    const isOneWay = (field: string) => {
      const parents = schemasAt(rolloutSpec, pathOf(field).slice(0, -1)).flatMap((parent) => branchesOf(parent));
      return parents.length > schemasAt(rolloutSpec, pathOf(field)).length;
    };

    expect(required.filter((field) => accepts(field, undefined))).toEqual([]);
    expect(optional.filter((field) => !isOneWay(field) && !accepts(field, undefined))).toEqual([]);
  });

  const bounded = reference.flatMap(({ field, bounds }) => {
    const [, min, max] = /^`([^`]+)` to `([^`]+)`$/.exec(bounds) ?? [];
    return min === undefined || max === undefined ? [] : [{ field, min, max }];
  });

  test.each(bounded)('$field takes $min to $max and nothing beyond', ({ field, min, max }) => {
    const asValue = (bound: string): unknown => (parseDuration(bound) === undefined ? Number(bound) : bound);

    expect([accepts(field, asValue(min)), accepts(field, asValue(max))]).toEqual([true, true]);
    expect([accepts(field, beyond(min, -1)), accepts(field, beyond(max, 1))]).toEqual([false, false]);
  });

  test('names the bounds of every duration and number', () => {
    const named = new Set(bounded.map(({ field }) => field));
    const durations = reference.filter(({ field }) => accepts(field, '5s') && !accepts(field, 'five'));

    expect(
      durations.map(({ field }) => field).filter((field) => !named.has(field) && !/\.(?:pass|abort)$/.test(field)),
    ).toEqual([]);
    expect(durations.length).toBeGreaterThan(6);
  });

  test('lists the values that a field may have', () => {
    for (const field of fieldPathsOf(rolloutSpec)) {
      const values = schemasAt(rolloutSpec, pathOf(field)).flatMap((schema) =>
        branchesOf(schema).flatMap((branch) => (branch instanceof z.ZodEnum ? branch.options.map(String) : [])),
      );
      const row =
        section('Reference')
          .split('\n')
          .find((line) => line.startsWith(`| \`${field}\` |`)) ?? '';
      for (const value of values) expect(row).toContain(`\`${value}\``);
    }
  });

  test('lists the metrics', () => {
    expect(rows('Metrics').map(([name, , unit]) => [name, unit])).toEqual(
      Object.entries(ownMetrics).map(([name, unit]) => [`\`${name}\``, unit]),
    );
  });
});

describe('schema/index.d.ts', () => {
  const file = readFileSync(new URL('../../schema/index.d.ts', import.meta.url), 'utf8');

  test('is the type of the schema (else: npm run generate)', async () => {
    const style = await resolveConfig(new URL('../../schema/index.d.ts', import.meta.url));
    const generated = await format(declarationOf('RolloutSpec', rolloutJsonSchema()), {
      ...style,
      parser: 'typescript',
    });

    expect(file.endsWith(generated)).toBe(true);
  });

  test.each([
    [{ type: 'string', pattern: '^a$' }, 'string'],
    [{ type: ['number', 'string'] }, 'number | string'],
    [{ enum: ['a', 'b"c'] }, String.raw`"a" | "b\"c"`],
    [{ const: 5 }, '5'],
    [{ oneOf: [{ type: 'boolean' }, { type: 'null' }, { type: 'boolean' }] }, 'boolean | null'],
    [{ type: 'array', items: { type: 'integer' } }, 'readonly (number)[]'],
    [{ type: 'array' }, 'readonly (unknown)[]'],
    [{}, 'unknown'],
    [{ type: 'object' }, 'Readonly<Record<string, unknown>>'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{\n  readonly [name: string]: number;\n}'],
    [
      {
        type: 'object',
        required: ['a'],
        properties: { a: { const: true }, 'b-c': { description: 'See [it](a.md) */' } },
      },
      '{\n  readonly a: true;\n  /** See it * / */\n  readonly "b-c"?: unknown;\n}',
    ],
  ])('has of %j the type', (schema, type) => {
    expect(declarationOf('It', schema)).toBe(`export type It = ${type};\n`);
  });
});

describe('schema/rollout.schema.json', () => {
  const file = readFileSync(new URL('../../schema/rollout.schema.json', import.meta.url), 'utf8');

  test('is the one that the spec generates (else: npm run generate)', () => {
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(rolloutJsonSchema())));
  });

  test('is named at the head of every example, for editors', () => {
    for (const name of ['backtest.yml', 'rollouts/web.yml']) {
      const text = readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
      const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];

      expect(new URL(path, new URL(`../../examples/${name}`, import.meta.url)).pathname).toMatch(
        /\/schema\/rollout\.schema\.json$/,
      );
    }
  });
});

/** The minimal spec with one value more, as parsed. */
function parsedWith(field: string, value: unknown): unknown {
  const parsed = parseSpec(minimalSpec, 'web.yml');
  if (!parsed.ok) throw new Error('The minimal spec is none.');
  const [, stage = '', ofTask = ''] = /^(before|afterRetention)\[\]\.(.+)$/.exec(field) ?? [];
  if (ofTask !== '') {
    const task = { name: 'migrate', command: ['migrate'], ...(value !== undefined && { [ofTask]: value }) };
    return rolloutSpec.parse(put(parsed.source.value, [stage], [task]));
  }
  const [, ofRequest = ''] = /^verify\.requests\[\]\.(.+)$/.exec(field) ?? [];
  if (ofRequest !== '') {
    const request = { name: 'home', path: '/' };
    const one = value === undefined ? request : put(request, ofRequest.split('.'), value);
    return rolloutSpec.parse(put(parsed.source.value, ['verify', 'requests'], [one]));
  }
  // Settings of a health path have a default where it has a path.
  const [ofHealth] = /^verify\.health\.\w+(?=\.)/.exec(field) ?? [];
  if (ofHealth !== undefined) {
    const around = put(parsed.source.value, [...ofHealth.split('.'), 'path'], '/health');
    return rolloutSpec.parse(value === undefined ? around : put(around, field.split('.'), value));
  }
  // Settings of a check have a default where the check is turned on.
  const [first = '', second = ''] = field.split('.');
  const around =
    first === 'checks' && second !== ''
      ? put(parsed.source.value, [first, second], neededSettings[second] ?? {})
      : parsed.source.value;
  if (value === undefined) return rolloutSpec.parse(around);
  return rolloutSpec.parse(put(around, field.split('.'), value));
}

/** What a check cannot be turned on without. */
const neededSettings: Readonly<Record<string, unknown>> = {
  'required-variables': { names: ['REGION'] },
  dashboard: { name: 'web' },
  postgresql: { databases: [{ name: 'orders', secret: 'ssm:/orders' }] },
  mysql: { databases: [{ name: 'orders', secret: 'ssm:/orders' }] },
  redis: { caches: [{ name: 'sessions' }] },
  s3: { buckets: [{ bucket: 'orders-files' }] },
  'http-dependencies': { dependencies: [{ name: 'payment', url: 'https://payment.example.com/' }] },
  attested: { from: 'staging', keys: [{ key: `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${'A'.repeat(86)}==` }] },
};

const map = z.record(z.string(), z.unknown()).catch({});

function put(around: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const entries = map.parse(around);
  if (key.endsWith('[]')) {
    const list = key.slice(0, -'[]'.length);
    const [first] = z.array(z.unknown()).parse(entries[list]);
    return { ...entries, [list]: [put(first, rest, value)] };
  }
  return { ...entries, [key]: rest.length === 0 ? value : put(entries[key], rest, value) };
}
