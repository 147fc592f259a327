#!/usr/bin/env node
// The `sluice` command: runs lib/cli/main.ts under Node 24, on whatever Node there is.
import { fileURLToPath } from 'node:url';
import { requireNode24, runningMajor } from '../scripts/find-node24.mjs';
import { runNode24 } from '../scripts/run-node24.mjs';
import { SetupFailure } from '../scripts/setup/failure.mjs';

const main = new URL('../lib/cli/main.ts', import.meta.url);

if (runningMajor() >= 24) {
  // Already where it should be: no second process.
  process.argv[1] = fileURLToPath(main);
  await import(main.href);
} else {
  try {
    runNode24(requireNode24(fileURLToPath(new URL('..', import.meta.url))), [
      fileURLToPath(main),
      ...process.argv.slice(2),
    ]);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`sluice: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
