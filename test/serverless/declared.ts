import { readdirSync, readFileSync } from 'node:fs';
import * as YAML from 'yaml';
import * as z from 'zod';

const folder = new URL('../../serverless/', import.meta.url);
const entries = z.record(z.string(), z.unknown());
const chapter = z.looseObject({
  functions: entries.optional(),
  resources: z.looseObject({ Resources: entries.optional() }).optional(),
});
const chapters = readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  // CloudFormation's own tags (!Ref) are nothing to this reader.
  .map((file): unknown => YAML.parse(readFileSync(new URL(file, folder), 'utf8'), { merge: true, logLevel: 'silent' }))
  .flatMap((text) => {
    const { data } = chapter.safeParse(text);
    return data === undefined ? [] : [data];
  });

/** Returns all functions that the chapters of the stack declare, by name, as they are written. */
export function declaredFunctions(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(chapters.flatMap(({ functions = {} }) => Object.entries(functions)));
}

/** Returns the resources that the chapters of the stack declare beside their functions, by logical id. */
export function declaredResources(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(chapters.flatMap(({ resources }) => Object.entries(resources?.Resources ?? {})));
}
