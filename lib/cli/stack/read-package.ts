import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { functionZip } from '../../../serverless/function-zip.cjs';
import { CliFailure } from '../cli-context.ts';
import { archiveIndex, functionsIn } from './function-archive.ts';
import { stackTemplate, type PackagedStack } from './stack-template.ts';

const chapter = z.object({ functions: z.array(z.string()), resources: z.array(z.string()) });
const about = z.object({
  packagedFor: z.string(),
  chapters: z.record(z.string(), chapter),
  functions: archiveIndex,
});

/**
 * Where the build puts the stack, seen from the sources, where this file is two folders deeper in `lib/cli/stack`, and from the bundle in `dist/cli`.
 */
const places = ['../stack/', '../../../dist/stack/'].map((place) => new URL(place, import.meta.url));

/** Reads the stack that the package carries. @throws CliFailure in a clone in which it was not built */
export async function readPackagedStack(): Promise<PackagedStack> {
  const folder = places.find((place) => existsSync(new URL('template.json', place)));
  if (folder === undefined) {
    throw new CliFailure(
      'The stack is not built here. In a clone, deploy it with: npx serverless deploy, or build the package first: npm run build',
    );
  }
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, folder), 'utf8'));
  const { functions, ...others } = about.parse(await json('about.json'));
  const unpack = async () => functionsIn(functions, await readFile(new URL('functions.br', folder)));
  // Unpacked once, and only where there is something to upload.
  let unpacked: ReturnType<typeof unpack> | undefined;
  return {
    template: stackTemplate.parse(await json('template.json')),
    core: stackTemplate.parse(await json('core.json')),
    ...others,
    zip: async (name) => {
      const files = (await (unpacked ??= unpack())).get(name);
      if (files === undefined) throw new Error(`The package has no code of function ${name}.`);
      return functionZip(files);
    },
  };
}
