import * as z from 'zod';

type Schema = z.core.$ZodType;

/** The schema that a written value meets first, without defaults, options and transforms around it. */
function unwrap(schema: Schema): Schema {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  return schema;
}

/** The branches of a union, unions inside them included; a schema that is no union is its only branch. */
export function branchesOf(schema: Schema): readonly Schema[] {
  const bare = unwrap(schema);
  return bare instanceof z.ZodUnion ? bare.options.flatMap((option) => branchesOf(option)) : [bare];
}

/** Keys that a schema allows; empty where it describes no map. */
export function keysOf(schema: Schema): readonly string[] {
  return [
    ...new Set(
      branchesOf(schema).flatMap((branch) => (branch instanceof z.ZodObject ? Object.keys(branch.shape) : [])),
    ),
  ];
}

/** The words that a schema takes where it takes a few; empty where any other text is taken, too. */
export function wordsOf(schema: Schema): readonly string[] {
  return branchesOf(schema).flatMap((branch) => {
    if (branch instanceof z.ZodEnum) return branch.options.map(String);
    return branch instanceof z.ZodLiteral ? [...branch.values].map(String) : [];
  });
}

function childrenOf(schema: Schema, part: PropertyKey): readonly Schema[] {
  return branchesOf(schema).flatMap((branch): Schema[] => {
    if (branch instanceof z.ZodArray) return [branch.element];
    if (branch instanceof z.ZodRecord) return [branch.valueType];
    if (!(branch instanceof z.ZodObject) || typeof part !== 'string') return [];
    const shape: Readonly<Record<string, Schema>> = branch.shape;
    const child = Object.hasOwn(shape, part) ? shape[part] : undefined;
    return child === undefined ? [] : [child];
  });
}

/** The schemas that a value at a path may have to satisfy: more than one where a union lies on the way. */
export function schemasAt(schema: Schema, path: readonly PropertyKey[]): readonly Schema[] {
  return path.reduce<readonly Schema[]>((found, part) => found.flatMap((each) => childrenOf(each, part)), [schema]);
}

/** Every place of a schema where a value can be written, maps and lists included: `slots.a.service`, `steps[].bake`, `metrics.<name>.unit`. */
export function fieldPathsOf(schema: Schema, prefix = ''): readonly string[] {
  const paths = branchesOf(schema).flatMap((branch): string[] => {
    if (branch instanceof z.ZodArray) return [...fieldPathsOf(branch.element, `${prefix}[]`)];
    if (branch instanceof z.ZodRecord) return [...fieldPathsOf(branch.valueType, `${prefix}.<name>`)];
    if (!(branch instanceof z.ZodObject)) return [];
    const shape: Readonly<Record<string, Schema>> = branch.shape;
    return Object.entries(shape).flatMap(([key, child]) => {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      return [path, ...fieldPathsOf(child, path)];
    });
  });
  return [...new Set(paths)];
}
