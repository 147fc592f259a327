import * as z from 'zod';
import { rolloutSpec } from './rollout-spec.ts';

/** What the reference knows of a field and an editor has no use for. */
const ownWords = ['kind', 'bounds', 'defaultsTo'] as const;

/**
 * The spec as JSON Schema (draft 2020-12) for editors, generated from the schema that `sluice lint` uses. It knows fields,
 * types and ranges; what only the linter can say (rising weights, ARNs of one place) is not in it.
 */
export function rolloutJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(rolloutSpec, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      for (const word of ownWords) Reflect.deleteProperty(jsonSchema, word);
    },
  });
  return { ...schema, title: 'Rollout spec of Sluice' };
}
