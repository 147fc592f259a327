import * as z from 'zod';

/** As much of JSON Schema as `z.toJSONSchema` writes. */
interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | Schema | undefined;
  readonly description?: string | undefined;
}

const schema: z.ZodType<Schema> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.lazy(() => schema)).optional(),
  oneOf: z.array(z.lazy(() => schema)).optional(),
  items: z.lazy(() => schema).optional(),
  properties: z
    .record(
      z.string(),
      z.lazy(() => schema),
    )
    .optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.union([z.boolean(), z.lazy(() => schema)]).optional(),
  description: z.string().optional(),
});

/**
 * Returns a TypeScript declaration of what a JSON Schema takes, with the descriptions of its fields as comments. It knows fields, types and
 * choices; patterns and ranges are the schema's.
 */
export function declarationOf(name: string, written: unknown): string {
  return `export type ${name} = ${typeOf(schema.parse(written), '')};\n`;
}

const simple: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

function typeOf(one: Schema, indent: string): string {
  const choices = one.anyOf ?? one.oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice, indent)))].join(' | ');
  if (one.const !== undefined) return literal(one.const);
  if (one.enum !== undefined) return one.enum.map(literal).join(' | ');
  if (one.type === 'array') return `readonly (${one.items === undefined ? 'unknown' : typeOf(one.items, indent)})[]`;
  if (one.type === 'object') return objectType(one, indent);
  return (
    [one.type ?? []]
      .flat()
      .map((type) => simple[type] ?? 'unknown')
      .join(' | ') || 'unknown'
  );
}

function objectType({ properties = {}, required = [], additionalProperties: others }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : literal(name);
    const mark = required.includes(name) ? '' : '?';
    return `${comment(field.description, inner)}${inner}readonly ${key}${mark}: ${typeOf(field, inner)};\n`;
  });
  const rest = others === undefined || typeof others === 'boolean' ? undefined : typeOf(others, inner);
  if (rest !== undefined) fields.push(`${inner}readonly [name: string]: ${rest};\n`);
  return fields.length === 0 ? 'Readonly<Record<string, unknown>>' : `{\n${fields.join('')}${indent}}`;
}

/** Links lead to headings of the documentation, which is not beside the types. */
function comment(description: string | undefined, indent: string): string {
  if (description === undefined) return '';
  const text = description.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('*/', '* /');
  return `${indent}/** ${text} */\n`;
}

/** A text in quotes of TypeScript: those of JSON are such, too. */
function literal(value: unknown): string {
  return JSON.stringify(value);
}
