import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../local/stack/project-root.ts';

/** The Nodes that the package is tried under: the oldest that it promises, the one between, and the one that runs this. */
export const nodes: readonly { readonly version: string; readonly node: string }[] = [
  { version: '20', node: older('node20') },
  { version: '22', node: older('node22') },
  { version: '24', node: process.execPath },
];

/** @throws Error where the set-up of `npm test` has not installed it */
function older(name: string): string {
  const file = path.join(
    projectRoot,
    `.sluice/nodes/node_modules/${name}-${process.platform}-${process.arch}/bin/node`,
  );
  if (existsSync(file)) return file;
  throw new Error(`There is no ${file}: run \`node scripts/setup.mjs --nodes\`, then run the tests again.`);
}
