import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { rolloutJsonSchema } from '../../lib/specification/json-schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/specification.md'), 'utf8');

const record = z.record(z.string(), z.unknown());
const records = z.array(record);

/** Every field of a JSON Schema as the reference writes it: `steps[].bake`, `metrics.<name>.unit`. */
function fieldsOf(schema: Readonly<Record<string, unknown>>, at: string): readonly string[] {
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => records.catch([]).parse(schema[key]));
  const properties = Object.entries(record.catch({}).parse(schema['properties']));
  const items = record.safeParse(schema['items']);
  const named = record.safeParse(schema['additionalProperties']);
  return [
    ...branches.flatMap((branch) => fieldsOf(branch, at)),
    ...properties.flatMap(([name, inner]) => {
      const field = at === '' ? name : `${at}.${name}`;
      return [field, ...fieldsOf(record.parse(inner), field)];
    }),
    ...(items.success ? fieldsOf(items.data, `${at}[]`) : []),
    ...(named.success ? fieldsOf(named.data, `${at}.<name>`) : []),
  ];
}

const fields = [...new Set(fieldsOf(record.parse(rolloutJsonSchema()), ''))];

/** Tests beside this one and the examples that they read: what is written there is parsed, or refused, by some test. */
const tests = ['test', 'examples'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|yml)$/.test(name) && name !== 'specification/fields.test.ts')
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
);

const mentions = (text: string, key: string) => new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(text);
const setsIt = (text: string, key: string) => new RegExp(`(?<![\\w-])["']?${key}["']?:|\\b${key} *[,}]`).test(text);

describe('every field of the spec', () => {
  test('is one that this test finds', () => {
    expect(fields.length).toBeGreaterThan(60);
    expect(fields).toEqual(expect.arrayContaining(['service', 'steps[].bake', 'slots.a.targetGroups', 'onBusy']));
  });

  test('that takes ids names what they are of in the plural', () => {
    expect(page.match(/\| Ids of [^|]*/g)).toEqual(
      ['schedules', 'escalation policies'].map((what) => `| Ids of ${what} whose on-call counts `),
    );
  });

  test.each(fields)('%s is in docs/specification.md', (field) => {
    expect(page).toContain(`\n| \`${field}\` |`);
  });

  test.each(fields)('%s is set by a test, together with what is around it', (field) => {
    const keys = field.split(/[.[\]]+/).filter((key) => key !== '' && key !== '<name>');
    const own = keys.at(-1) ?? '';

    expect(tests.some((text) => setsIt(text, own) && keys.every((key) => mentions(text, key)))).toBe(true);
  });
});
