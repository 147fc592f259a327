import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const suite = new URL('suite.ts', import.meta.url).href;
const sources = new Map<string, string>();
const importers = new Map<string, Set<string>>();
let sandbox = '';
let generation = 0;

/**
 * Makes every import of a file of the sandbox (the working directory) one of the newest generation, gives tests the suite for `@jest/globals`, and
 * notes who imports whom.
 */
export function hookImports(): void {
  sandbox = pathToFileURL(process.cwd()).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: suite, format: 'module-typescript', shortCircuit: true };
      const resolved = next(specifier, context);
      if (!isOfSandbox(resolved.url)) return resolved;
      const { parentURL } = context;
      if (parentURL !== undefined && isOfSandbox(parentURL))
        note(fileURLToPath(resolved.url), fileURLToPath(parentURL));
      // Who imports stays within its own generation, also when it imports late.
      const { search } = new URL(parentURL ?? suite);
      return { ...resolved, url: `${resolved.url.replace(/\?.*$/, '')}${search || `?generation=${generation}`}` };
    },
    load(url, context, next) {
      if (!isOfSandbox(url)) return next(url, context);
      const file = fileURLToPath(url);
      const source = sources.get(file) ?? stripTypeScriptTypes(readFileSync(file, 'utf8'));
      sources.set(file, source);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** From here on, what is imported is loaded anew. */
export function startGeneration(): void {
  generation += 1;
}

/** Imports a file of the sandbox, in the newest generation. */
export async function importFile(file: string): Promise<void> {
  await import(`${pathToFileURL(file).href}?generation=${generation}`);
}

/** Every file that imports the given one, directly or through others, with the number of imports between them. */
export function distancesTo(file: string): ReadonlyMap<string, number> {
  const distances = new Map([[file, 0]]);
  for (const [reached, distance] of distances)
    for (const importer of importers.get(reached) ?? [])
      if (!distances.has(importer)) distances.set(importer, distance + 1);
  return distances;
}

function isOfSandbox(url: string): boolean {
  return url.startsWith(`${sandbox}/`) && !url.includes('/node_modules/') && /\.ts(\?|$)/.test(url);
}

function note(imported: string, importer: string): void {
  const known = importers.get(imported);
  if (known === undefined) importers.set(imported, new Set([importer]));
  else known.add(importer);
}
