#!/usr/bin/env node
// Runs Node 24 with the given arguments, on whatever Node there is.
import { fileURLToPath } from 'node:url';
import { requireNode24 } from './find-node24.mjs';
import { runNode24 } from './run-node24.mjs';
import { SetupFailure } from './setup/failure.mjs';

try {
  runNode24(requireNode24(fileURLToPath(new URL('..', import.meta.url))), process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`sluice: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
