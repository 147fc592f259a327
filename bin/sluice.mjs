#!/usr/bin/env node
// The `sluice` command: what was built, in an installed package; the sources, in a clone.
import { existsSync } from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';

if (existsSync(new URL('../lib/cli/main.ts', import.meta.url))) {
  const { runFromSources } = await import('../scripts/run-from-sources.mjs');
  await runFromSources();
} else {
  // Compiled code is kept where nobody else can write. Node 20 cannot keep it, and a folder that cannot be written does no harm.
  const cache = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'sluice'));
  await import('../dist/cli/sluice.mjs');
}
