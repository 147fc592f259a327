// Writes what the package carries of the stack: the template for every installation, and the zip of each function.
//   node local/release/main.ts <folder>
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withPackagedStack } from '../stack/package-stack.ts';

/** The stage whose name is in the logical ids of the packaged template; a deployment puts its own there. */
const packagedFor = 'production';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node local/release/main.ts <folder>');

await withPackagedStack(packagedFor, async ({ parameterised, chapters, core, zips }) => {
  await mkdir(path.join(folder, 'functions'), { recursive: true });
  const write = async (name: string, from: string) => {
    await writeFile(path.join(folder, name), JSON.stringify(JSON.parse(await readFile(from, 'utf8'))));
  };
  await write('template.json', parameterised);
  await write('core.json', core);
  const nested: unknown = JSON.parse(await readFile(chapters, 'utf8'));
  await writeFile(path.join(folder, 'about.json'), JSON.stringify({ packagedFor, chapters: nested }));
  await Promise.all(Object.entries(zips).map(([name, zip]) => cp(zip, path.join(folder, 'functions', `${name}.zip`))));
});
