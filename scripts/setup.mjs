#!/usr/bin/env node
// Brings a clone to where it can run: dependencies from the lockfile, Node 24 and, with --emulator, the local AWS, with --linters,
// what reads the packaged stack, with --opinions, other models of AWS, with --model, the model checker, with --prometheus, a Prometheus,
// with --databases, PostgreSQL, MariaDB and Redis, with --shells, zsh and fish, with --nodes, older Nodes, with --cdk, the CDK.
// Needs nothing but the Node that runs it, and says nothing when there is nothing to do.
import { fileURLToPath } from 'node:url';
import { SetupFailure } from './setup/failure.mjs';
import { setUp } from './setup/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  await setUp(
    root,
    ['emulator', 'linters', 'opinions', 'model', 'prometheus', 'databases', 'shells', 'nodes', 'cdk'].filter((name) =>
      process.argv.includes(`--${name}`),
    ),
  );
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`sluice: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
