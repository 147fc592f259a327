import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './project-root.ts';

/** What `serverless` reads of a checkout, besides the dependencies. */
export const sources = [
  'serverless.yml',
  'serverless',
  'statemachines',
  'functions',
  'lib',
  'package.json',
  'tsconfig.json',
];

/** Where one run of `serverless` works. */
export interface BuildFolder {
  readonly path: string;
  /** Settings of the run: what its plugins leave behind as temporary files goes with the folder. */
  readonly environment: { readonly TMPDIR: string };
  remove(): Promise<void>;
}

/**
 * A copy of what `serverless` builds from. It keeps its work in fixed places beside `serverless.yml`: two runs in one clone,
 * such as the demo and a test, would take each other's files away.
 */
export async function makeBuildFolder(): Promise<BuildFolder> {
  const parent = path.join(projectRoot, '.sluice', 'build');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'run-'));
  const dependencies = 'node_modules';
  const temporary = path.join(folder, '.tmp');
  await Promise.all([
    mkdir(temporary),
    ...sources.map((name) => cp(path.join(projectRoot, name), path.join(folder, name), { recursive: true })),
    symlink(path.join(projectRoot, dependencies), path.join(folder, dependencies)),
  ]);
  return {
    path: folder,
    environment: { TMPDIR: temporary },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
