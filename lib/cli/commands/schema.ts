import { Command } from 'commander';
import { rolloutJsonSchema } from '../../specification/json-schema.ts';
import type { CliContext } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';

/** `sluice schema`: the spec as JSON Schema, for editors. */
export function schemaCommand(context: CliContext): Command {
  return new Command('schema')
    .description('print the JSON Schema of rollout specs, for editors')
    .addHelpText(
      'after',
      '\nExample:\n  sluice schema > rollout.schema.json\n  and, at the head of a spec: # yaml-language-server: $schema=rollout.schema.json',
    )
    .action(() => {
      context.out(jsonText(rolloutJsonSchema(), 2));
    });
}
