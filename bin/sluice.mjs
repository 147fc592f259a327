#!/usr/bin/env node
// The `sluice` command, under Node 24, on whatever Node there is. A clone also has the verbs of its local AWS.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { requireNode24, runningMajor } from '../scripts/find-node24.mjs';
import { runNode24 } from '../scripts/run-node24.mjs';
import { SetupFailure } from '../scripts/setup/failure.mjs';

const local = new URL('../local/commands/main.ts', import.meta.url);
const main = existsSync(local) ? local : new URL('../lib/cli/main.ts', import.meta.url);

// Compiled code is kept beside the product, where nobody else can write: half of the time that a command takes would go into it.
const cache = fileURLToPath(new URL('../.sluice/compile-cache', import.meta.url));

if (runningMajor() >= 24) {
  module.enableCompileCache(cache);
  // Already where it should be: no second process.
  process.argv[1] = fileURLToPath(main);
  await import(main.href);
} else {
  process.env['NODE_COMPILE_CACHE'] ??= cache;
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
