import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { requireNode24, runningMajor } from './find-node24.mjs';
import { runNode24 } from './run-node24.mjs';
import { SetupFailure } from './setup/failure.mjs';

const root = new URL('..', import.meta.url);

/** Runs the `sluice` command from the clone's sources, under Node 24, with the verbs of its local AWS. */
export async function runFromSources() {
  const local = new URL('local/commands/main.ts', root);
  const main = fileURLToPath(existsSync(local) ? local : new URL('lib/cli/main.ts', root));
  // Compiled code is kept beside the product, where nobody else can write: half of the time that a command takes would go into it.
  const cache = fileURLToPath(new URL('.sluice/compile-cache', root));

  if (runningMajor() >= 24) {
    module.enableCompileCache(cache);
    // Already where it should be: no second process.
    process.argv[1] = main;
    await import(main);
    return;
  }
  process.env['NODE_COMPILE_CACHE'] ??= cache;
  try {
    runNode24(requireNode24(fileURLToPath(root)), [main, ...process.argv.slice(2)]);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    process.stderr.write(`sluice: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
