// Writes what the package carries of the stack: the template for every installation, and the code of all functions in one archive.
//   node local/release/main.ts <folder>
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { archiveOf, functionsIn } from '../../lib/cli/stack/function-archive.ts';
import { filesOfZip, functionZip } from '../../serverless/function-zip.cjs';
import { withPackagedStack } from '../stack/package-stack.ts';

/** The stage whose name is in the logical ids of the packaged template; a deployment puts its own there. */
const packagedFor = 'production';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node local/release/main.ts <folder>');

await withPackagedStack(packagedFor, async ({ parameterised, chapters, core, zips }) => {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, from: string) => {
    await writeFile(path.join(folder, name), JSON.stringify(JSON.parse(await readFile(from, 'utf8'))));
  };
  await write('template.json', parameterised);
  await write('core.json', core);
  const nested: unknown = JSON.parse(await readFile(chapters, 'utf8'));
  const contents = await Promise.all(
    Object.entries(zips).map(async ([name, zip]) => [name, await readFile(zip)] as const),
  );
  const { index, archive } = await archiveOf(
    Object.fromEntries(contents.map(([name, zip]) => [name, filesOfZip(zip)])),
  );
  const unpacked = await functionsIn(index, archive);
  for (const [name, zip] of contents) {
    if (!zip.equals(functionZip(unpacked.get(name) ?? {})))
      throw new Error(`${name}.zip would be another one when it is deployed.`);
  }
  await writeFile(path.join(folder, 'functions.br'), archive);
  await writeFile(path.join(folder, 'about.json'), JSON.stringify({ packagedFor, chapters: nested, functions: index }));
});
