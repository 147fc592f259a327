import * as z from 'zod';
import { calendarEntry } from './calendar.ts';
import type { Form } from './form.ts';
import { wholeGate } from './gate.ts';
import { rolloutSpec } from './rollout-spec.ts';

type Schema = z.core.$ZodType;

/** The forms in which specs are stored, derived from their schema; `stored-spec-form.ts` is generated from them. */
export function storedForms(): { readonly spec: Form; readonly gate: Form; readonly calendarEntry: Form } {
  const { gates: _, ...written } = rolloutSpec.in.shape;
  const { fields } = fieldsOf(written);
  const gate = formOf(wholeGate);
  // A spec may leave gates out, or name what it changes in those of a preset; they are stored whole.
  return { spec: { fields: { ...fields, gates: { list: gate } } }, gate, calendarEntry: formOf(calendarEntry) };
}

/**
 * Returns the form in which values of a schema are stored: what the schema makes of them, without its bounds and patterns. A field
 * with a default may be absent, as older versions did not know it.
 * @throws Error for a schema that does not say its form: a transform needs a `pipe` behind it
 */
function formOf(schema: Schema): Form {
  if (isOptional(schema) || schema instanceof z.ZodReadonly) return formOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return formOf(schema.out);
  if (schema instanceof z.ZodObject) return fieldsOf(schema.shape);
  if (schema instanceof z.ZodUnion) return { anyOf: schema.options.map((option) => formOf(option)) };
  if (schema instanceof z.ZodArray) return { list: formOf(schema.element) };
  if (schema instanceof z.ZodRecord) return { map: formOf(schema.valueType) };
  if (schema instanceof z.ZodEnum) return { values: schema.options };
  if (schema instanceof z.ZodLiteral) return { values: [...schema.values].filter(isPlain) };
  const { type } = schema._zod.def;
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'boolean') return type;
  throw new Error(`A spec's field of the kind ${type} does not say how it is stored; put a \`pipe\` behind it.`);
}

function fieldsOf(shape: Readonly<Record<string, Schema>>): { readonly fields: Readonly<Record<string, Form>> } {
  const fields = Object.entries(shape).map(([name, field]): readonly [string, Form] => [
    isOptional(field) ? `${name}?` : name,
    formOf(field),
  ]);
  return { fields: Object.fromEntries(fields) };
}

function isOptional(schema: Schema): schema is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
