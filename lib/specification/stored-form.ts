import * as z from 'zod';

type Schema = z.core.$ZodType;

/**
 * Returns the form in which values of a schema are stored: what the schema makes of them, without its bounds and patterns. Fields
 * of a newer version are kept. A field with a default may be absent, as older versions did not know it.
 * @throws Error for a schema that does not say its form: a transform needs a `pipe` behind it
 */
export function storedForm(schema: Schema): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return storedForm(schema.unwrap()).optional();
  }
  if (schema instanceof z.ZodReadonly) return storedForm(schema.unwrap());
  if (schema instanceof z.ZodPipe) return storedForm(schema.out);
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape;
    return z.looseObject(Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, storedForm(field)])));
  }
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map((option) => storedForm(option)));
  if (schema instanceof z.ZodArray) return z.array(storedForm(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), storedForm(schema.valueType));
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral || schema instanceof z.ZodBoolean) return schema;
  return plainForm(schema);
}

function plainForm({ _zod: { def } }: Schema): z.ZodType {
  if (def.type === 'string') return z.string();
  if (def.type === 'number') return z.number();
  throw new Error(`A spec's field of the kind ${def.type} does not say how it is stored; put a \`pipe\` behind it.`);
}
